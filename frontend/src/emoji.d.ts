declare module "virtual:emoji/en" {
  const emoji: readonly (readonly [char: string, name: string, words: string])[];
  export default emoji;
}
declare module "virtual:emoji/es" {
  const emoji: readonly (readonly [char: string, name: string, words: string])[];
  export default emoji;
}
