declare module "virtual:units" {
  const units: readonly (readonly [code: string, name: string, symbol: string])[];
  export default units;
}
