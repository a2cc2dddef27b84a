/** The room's entry: reads the page, loads the language, connects, and renders. */
import { createRoot } from "react-dom/client";
import { LanguageContext, loadLanguage } from "../i18n/index.ts";
import "../styles/room.css";
import "../styles/messages.css";
import "../styles/writing.css";
import "../styles/files.css";
import "../styles/report.css";
import "../styles/sides.css";
import "../styles/supervision.css";
import "../styles/guests.css";
import "../styles/wants.css";
import "../styles/offers.css";
import { App } from "./components/App.tsx";
import { readConfig } from "./config.ts";
import { StoreContext } from "./context.ts";
import { type Box, Keep } from "./keep.ts";
import { opened } from "./opening.ts";
import { RoomStore } from "./store.ts";

/** A browser may forbid storage altogether; then nothing outlives the page. */
function storage(kind: "localStorage" | "sessionStorage"): Box {
  try {
    return window[kind];
  } catch {
    return { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  }
}

async function begin(element: HTMLElement): Promise<void> {
  const config = readConfig(element, window.location);
  const keep = new Keep(config.room, config.person, storage("localStorage"), storage("sessionStorage"));
  const store = new RoomStore(config, keep);
  store.start();
  window.addEventListener("online", () => store.socket.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") store.socket.wake();
  });
  const [language] = await Promise.all([loadLanguage(config.language), opened(store)]);
  createRoot(element).render(
    <LanguageContext value={language}>
      <StoreContext value={store}>
        <App />
      </StoreContext>
    </LanguageContext>,
  );
}

const element = document.getElementById("room");
if (element) void begin(element);
