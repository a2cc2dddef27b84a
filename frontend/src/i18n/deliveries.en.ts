/** What is delivered without a parcel. */
export const deliveryLines = {
  "download.released": (title: string, files: number) =>
    files === 1 ? `The file of ${title} is released` : `${files} files of ${title} are released`,
  "download.taken": (name: string) => `The buyer downloaded ${name}`,
  "service.reported": (title: string) => `The seller reports this work as done: ${title}`,
  "service.received": (title: string) => `The buyer received this work: ${title}`,
  "service.changes_requested": (title: string) => `The buyer asks for changes of this work: ${title}`,
  "order.return_requested": (what: string) => `The buyer asks to send back ${what}`,
  "order.return_approved": (what: string) => `The seller agrees to take back ${what}`,
  "order.return_refused": (what: string) => `The seller does not take back ${what}`,
  "order.return_sent_back": (what: string) => `On its way back: ${what}`,
  "order.return_received": (what: string) => `The seller has back ${what}`,
  "order.return_canceled": (what: string) => `The buyer keeps ${what} after all`,
  "shipment.came_back": (carrier: string) => `${carrier} brought a parcel back to the seller`,
  silence: "Received by silence",
  "order.received_part": (what: string) => `The buyer has received a part: ${what}`,
};
