/** Units of UNECE Rec 20. */
export const units: Record<string, string> = {
  C62: "pcs",
  KGM: "kg",
  GRM: "g",
  TNE: "t",
  LTR: "l",
  MTR: "m",
  MTK: "m²",
  MTQ: "m³",
  HUR: "h",
  DAY: "days",
  WEE: "weeks",
  MON: "months",
  SET: "sets",
  PR: "pairs",
  BX: "boxes",
  LS: "lump sum",
};
