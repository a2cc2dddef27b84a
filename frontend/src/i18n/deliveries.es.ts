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
  "service.disputed": (title) => `El comprador impugna este trabajo: ${title}`,
  "service.dispute_ended": (title) => `Ya no se impugna: ${title}`,
  "appointment.proposed": (title) => `Horas propuestas para: ${title}`,
  "appointment.declined": (title) => `Horas propuestas rechazadas: ${title}`,
  "appointment.agreed": (title) => `Cita acordada: ${title}`,
  "appointment.moved": (title) => `Cita cambiada: ${title}`,
  "appointment.missed": (title) => `Cita perdida: ${title}`,
  "appointment.canceled": (title) => `Cita anulada: ${title}`,
  "order.received_part": (what) => `El comprador ha recibido una parte: ${what}`,
};
