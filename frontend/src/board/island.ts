/** All of the board that comes when somebody opens it, in one piece: several entries would share out the editor. */
export { BoardLane } from "./BoardLane.tsx";
