/** Adds something else that the seller has on offer as a line of its own. */
import { type ReactNode, useEffect, useId, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useFormat, useRoom } from "../context.ts";
import { inputText } from "../money.ts";
import { emptyLine, type LineText } from "../offerDraft.ts";

interface Listing {
  id: string;
  title: string;
  kind: string;
  price: { minor: number; currency: string };
}

/** What the seller has on offer in the room's currency, but for the room's own listing; empty until it is here. */
function useShop(): Listing[] {
  const { table, store } = useRoom();
  const [shop, setShop] = useState<Listing[]>([]);
  const slug = table?.sides.seller.slug;
  const { listingsUrl } = store.config;
  useEffect(() => {
    if (!slug) return undefined;
    const ended = new AbortController();
    fetch(`${listingsUrl}?limit=100&seller=${encodeURIComponent(slug)}`, { signal: ended.signal })
      .then((answer) => (answer.ok ? answer.json() : { listings: [] }))
      .then(({ listings }: { listings: Listing[] }) => setShop(listings))
      // Without it lines are typed.
      .catch(() => undefined);
    return () => ended.abort();
  }, [slug, listingsUrl]);
  const room = table?.room;
  return shop.filter(({ id, price }) => id !== room?.listing && price.currency === room?.currency);
}

export function FromShop({ onPick }: { onPick: (line: LineText) => void }): ReactNode {
  const { t, code } = useLanguage();
  const format = useFormat();
  const shop = useShop();
  const id = useId();
  if (shop.length === 0) return null;
  return (
    <div className="from-shop">
      <label className="sr-only" htmlFor={id}>
        {t.sides.fromShop}
      </label>
      <select
        id={id}
        value=""
        onChange={(event) => {
          const picked = shop.find((one) => one.id === event.target.value);
          if (!picked) return;
          const price = inputText(picked.price.minor, picked.price.currency, code);
          onPick({ ...emptyLine(), title: picked.title, price, listing: picked.id });
        }}
      >
        <option value="">{t.sides.fromShop}</option>
        {shop.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}, {format.money(one.price.minor, one.price.currency)}
          </option>
        ))}
      </select>
    </div>
  );
}
