/** What is delivered without a parcel. */
export const deliveryLines = {
  "download.released": (title: string, files: number) =>
    files === 1 ? `The file of ${title} is released` : `${files} files of ${title} are released`,
  "download.taken": (name: string) => `The buyer downloaded ${name}`,
  "service.reported": (title: string) => `The seller reports this work as done: ${title}`,
  "service.received": (title: string) => `The buyer received this work: ${title}`,
  "service.changes_requested": (title: string) => `The buyer asks for changes of this work: ${title}`,
  amend: "Amend",
  "order.amended": (number: string, total: string) => `Order change ${number}: ${total} in all now`,
  "order.received_part": (what: string) => `The buyer has received a part: ${what}`,
};
