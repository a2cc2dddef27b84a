/** What is delivered without a parcel. */
export const deliveryLines = {
  "download.released": (title: string, files: number) =>
    files === 1 ? `The file of ${title} is released` : `${files} files of ${title} are released`,
  "download.taken": (name: string) => `The buyer downloaded ${name}`,
  "service.reported": "The seller reports this work as done",
  "service.received": "The buyer received this work",
  "service.changes_requested": "The buyer asks for changes of this work",
  amend: "Amend",
  "order.amended": (number: string, total: string) => `Order change ${number}: ${total} in all now`,
  "order.return_requested": "The buyer asks to send this back",
  "order.return_approved": "The seller takes this back",
  "order.return_refused": "The seller does not take this back",
  "order.return_sent_back": "On its way back to the seller",
  "order.return_received": "Back with the seller",
  "order.return_canceled": "The buyer keeps this after all",
  "order.disputed": "The buyer disputes this",
  "order.dispute_proposed": "The seller proposes an end of the dispute",
  "order.dispute_declined": "The buyer does not take the proposed end",
  "order.dispute_ended": "No longer disputed",
  disputeHow: (how: string, sum: string): string => {
    const words: Record<string, string> = {
      received: "received",
      withdrawn: "taken back",
      replacement: "others instead",
      refund: `${sum} back`,
      rejection: "as agreed",
      amended: "order changed",
      ended: "order ended",
    };
    return words[how] ?? "";
  },
  "shipment.came_back": (carrier: string) => `${carrier} brought a parcel back to the seller`,
  silence: "Received by silence",
  "service.disputed": "The buyer disputes this work",
  "service.dispute_ended": "No longer disputed",
  "appointment.proposed": "Times proposed",
  "appointment.declined": "Proposed times declined",
  "appointment.agreed": "Appointment agreed",
  "appointment.moved": "Appointment moved",
  "appointment.missed": "Appointment missed",
  "appointment.canceled": "Appointment canceled",
  "order.received_part": (what: string) => `The buyer has received a part: ${what}`,
};
