/** What events say of pieces: those that were received, and those that are sent back. */
export interface Pieces {
  title: string;
  quantity: string;
  unit: string;
}

export interface Returned {
  id: string;
  reason: string;
  outcome: string;
  carrier: string;
  tracking: string;
  items: Pieces[];
}
