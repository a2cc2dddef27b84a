/** The unit of a line, chosen by typing: by its code, by how it is written or by its name. */
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useFormat } from "../context.ts";
import { findUnits, onRareUnits, rareUnits, type Unit, wantRareUnits } from "../units.ts";

/** The usual units in the reader's language, then all others, once they are here. */
function useUnits(wanted: boolean): Unit[] {
  const { t, code } = useLanguage();
  const [usual, setUsual] = useState<[string, string][]>([]);
  const rare = useSyncExternalStore(onRareUnits, rareUnits);
  useEffect(() => {
    if (!wanted) return;
    wantRareUnits();
    const spanish = code.startsWith("es");
    const load = spanish ? import("../../i18n/later.es.ts") : import("../../i18n/later.en.ts");
    // Without them a code is typed.
    load.then(({ unitNames }) => setUsual(unitNames)).catch(() => undefined);
  }, [wanted, code]);
  return useMemo(() => {
    const first = usual.map(([unit, names]) => ({ code: unit, short: t.units[unit] ?? unit, names }));
    const known = new Set(first.map((unit) => unit.code));
    return [...first, ...(rare ?? []).filter((unit) => !known.has(unit.code))];
  }, [usual, rare, t]);
}

interface UnitInputProps {
  id: string;
  /** The code. */
  value: string;
  onChange: (code: string) => void;
}

export function UnitInput({ id, value, onChange }: UnitInputProps): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const open = typed !== null;
  const units = useUnits(open);
  const found = useMemo(() => (open ? findUnits(typed, units) : []), [open, typed, units]);
  const active = Math.min(at, found.length - 1);
  useEffect(() => {
    if (open) list.current?.scrollIntoView({ block: "nearest" });
  }, [open]);

  function pick(unit: Unit | undefined): void {
    if (unit) onChange(unit.code);
    setTyped(null);
  }

  /** What one leaves half typed is the unit that it says, and else nothing. */
  function leave(): void {
    pick(typed?.trim() ? found[active] : undefined);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!open) setTyped("");
      else setAt((active + (key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(1, found.length));
    } else if (key === "Enter" && open) pick(found[active]);
    else if (key === "Escape" && open) {
      setTyped(null);
      event.stopPropagation(); // the dialog stays
    } else return;
    event.preventDefault();
  }

  return (
    <div className="field unit-field">
      <label htmlFor={id}>{t.unit}</label>
      <input
        id={id}
        role="combobox"
        aria-expanded={open}
        aria-autocomplete="list"
        aria-controls={open ? `${id}-list` : undefined}
        aria-activedescendant={open && active >= 0 ? `${id}-${active}` : undefined}
        autoComplete="off"
        maxLength={40}
        placeholder={format.unit(value)}
        value={typed ?? format.unit(value)}
        onFocus={(event) => event.target.select()}
        onClick={() => setTyped((now) => now ?? "")}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onBlur={leave}
        onKeyDown={onKeyDown}
      />
      {open && <UnitList id={id} ref={list} units={found} active={active} onPick={pick} />}
    </div>
  );
}

interface UnitListProps {
  id: string;
  units: Unit[];
  active: number;
  onPick: (unit: Unit) => void;
  ref: Ref<HTMLDivElement>;
}

function UnitList({ id, units, active, onPick, ref }: UnitListProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="unit-list" id={`${id}-list`} ref={ref} role="listbox" aria-label={t.unit}>
      {units.map((unit, index) => (
        <div
          key={unit.code}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="unit-option"
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(unit)}
          onKeyDown={() => undefined}
        >
          <b>{unit.short}</b> <span className="unit-names">{unit.names}</span>{" "}
          <span className="faint">{unit.code}</span>
        </div>
      ))}
      {units.length === 0 && <p className="faint">{t.offers.noUnit}</p>}
    </div>
  );
}
