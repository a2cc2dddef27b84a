import type { asked as Asked, askedLines as Lines, askedRefusals as Refusals } from "./asked.en.ts";

export const askedLines: typeof Lines = {
  asked: (buyer) => `${buyer} pide una oferta`,
  requestOver: "La solicitud del comprador está cerrada, y con ella esta negociación.",
};

export const asked: typeof Asked = {
  lines: "Lo que se necesita",
  neededBy: "Se necesita para el",
  answersUntil: "Respuestas hasta",
  compare: "Comparar las ofertas",
  acceptCloses:
    "Las demás salas de tu solicitud se cierran; sus vendedores no sabrán quién recibió el pedido.",
};

export const askedRefusals: typeof Refusals = {
  "request.over": "La solicitud para la que se abrió esta sala está cerrada. Aquí ya no se acepta nada.",
};
