/** Excalidraw loads this only for its Mermaid dialog, which the board does not show. */
export function parseMermaidToExcalidraw() {
  return Promise.reject(new Error("Mermaid diagrams are not offered here"));
}
