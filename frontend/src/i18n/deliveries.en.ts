/** What is delivered without a parcel. */
export const deliveryLines = {
  "download.released": (title: string, files: number) =>
    files === 1 ? `The file of ${title} is released` : `${files} files of ${title} are released`,
  "download.taken": (name: string) => `The buyer downloaded ${name}`,
  "service.reported": (title: string) => `The seller reports this work as done: ${title}`,
  "service.received": (title: string) => `The buyer received this work: ${title}`,
  "service.changes_requested": (title: string) => `The buyer asks for changes of this work: ${title}`,
  "service.disputed": (title: string) => `The buyer disputes this work: ${title}`,
  "service.dispute_ended": (title: string) => `No longer disputed: ${title}`,
  "appointment.proposed": (title: string) => `Times proposed for: ${title}`,
  "appointment.declined": (title: string) => `Proposed times declined: ${title}`,
  "appointment.agreed": (title: string) => `Appointment agreed: ${title}`,
  "appointment.moved": (title: string) => `Appointment moved: ${title}`,
  "appointment.missed": (title: string) => `Appointment missed: ${title}`,
  "appointment.canceled": (title: string) => `Appointment canceled: ${title}`,
  "order.received_part": (what: string) => `The buyer has received a part: ${what}`,
};
