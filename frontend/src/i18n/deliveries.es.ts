/** Lo que se entrega sin paquete. */
import type { deliveryLines as linesEn } from "./deliveries.en.ts";

export const deliveryLines: typeof linesEn = {
  "download.released": (title, files) =>
    files === 1
      ? `El archivo de ${title} está disponible`
      : `${files} archivos de ${title} están disponibles`,
  "download.taken": (name) => `El comprador ha descargado ${name}`,
  "service.reported": (title) => `El vendedor comunica que este trabajo está hecho: ${title}`,
  "service.received": (title) => `El comprador ha recibido este trabajo: ${title}`,
  "service.changes_requested": (title) => `El comprador pide cambios en este trabajo: ${title}`,
  "order.return_requested": (what) => `El comprador pide devolver ${what}`,
  "order.return_approved": (what) => `El vendedor acepta la devolución de ${what}`,
  "order.return_refused": (what) => `El vendedor no acepta la devolución de ${what}`,
  "order.return_sent_back": (what) => `De vuelta al vendedor: ${what}`,
  "order.return_received": (what) => `El vendedor ha recibido de vuelta ${what}`,
  "order.return_canceled": (what) => `Al final el comprador se queda con ${what}`,
  "shipment.came_back": (carrier) => `${carrier} ha devuelto un paquete al vendedor`,
  silence: "Recibido por silencio",
  "order.received_part": (what) => `El comprador ha recibido una parte: ${what}`,
};
