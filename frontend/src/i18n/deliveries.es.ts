/** Lo que se entrega sin paquete. */
import type { deliveryLines as linesEn } from "./deliveries.en.ts";

export const deliveryLines: typeof linesEn = {
  "download.released": (title, files) =>
    files === 1
      ? `El archivo de ${title} está disponible`
      : `${files} archivos de ${title} están disponibles`,
  "download.taken": (name) => `El comprador ha descargado ${name}`,
  "service.reported": "El vendedor comunica que este trabajo está hecho",
  "service.received": "El comprador ha recibido este trabajo",
  "service.changes_requested": "El comprador pide cambios en este trabajo",
  amend: "Modificar",
  frame: "Acuerdo marco",
  "order.amended": (number: string, total: string) => `Cambio del pedido ${number}: ahora ${total} en total`,
  "order.return_requested": "El comprador pide devolver esto",
  "order.return_approved": "El vendedor acepta la devolución",
  "order.return_refused": "El vendedor no acepta la devolución",
  "order.return_sent_back": "De vuelta al vendedor",
  "order.return_received": "De nuevo con el vendedor",
  "order.return_canceled": "El comprador se lo queda al final",
  "order.disputed": "El comprador impugna esto",
  "order.dispute_proposed": "El vendedor propone cómo acabar la impugnación",
  "order.dispute_declined": "El comprador no acepta lo propuesto",
  "order.dispute_ended": "Ya no se impugna",
  "shipment.came_back": (carrier) => `${carrier} ha devuelto un paquete al vendedor`,
  silence: "Recibido por silencio",
  "service.disputed": "El comprador impugna este trabajo",
  "service.dispute_ended": "Ya no se impugna",
  "appointment.proposed": "Horas propuestas",
  "appointment.declined": "Horas propuestas rechazadas",
  "appointment.agreed": "Cita acordada",
  "appointment.moved": "Cita cambiada",
  "appointment.missed": "Cita perdida",
  "appointment.canceled": "Cita anulada",
  "order.received_part": (what) => `El comprador ha recibido una parte: ${what}`,
};
