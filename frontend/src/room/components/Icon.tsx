import type { ReactNode } from "react";
import type { IconName } from "../../iconNames.ts";
import { useStore } from "../context.ts";

export type { IconName } from "../../iconNames.ts";

/** A lucide icon from the site's sprite: the browser has it already, and the bundle stays small. */
export function Icon({ name, className }: { name: IconName; className?: string }): ReactNode {
  const { config } = useStore();
  return (
    <svg className={className ? `icon ${className}` : "icon"} aria-hidden="true" focusable="false">
      <use href={`${config.iconsUrl}#${name}`} />
    </svg>
  );
}
