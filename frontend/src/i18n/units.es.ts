/** Units of UNECE Rec 20. */
export const units: Record<string, string> = {
  C62: "uds.",
  KGM: "kg",
  GRM: "g",
  TNE: "t",
  LTR: "l",
  MTR: "m",
  MTK: "m²",
  MTQ: "m³",
  HUR: "h",
  DAY: "días",
  WEE: "semanas",
  MON: "meses",
  SET: "juegos",
  PR: "pares",
  BX: "cajas",
  LS: "tanto alzado",
};
