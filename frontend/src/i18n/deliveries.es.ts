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
  amend: "Modificar",
  "order.amended": (number: string, total: string) => `Cambio del pedido ${number}: ahora ${total} en total`,
  "order.received_part": (what) => `El comprador ha recibido una parte: ${what}`,
};
