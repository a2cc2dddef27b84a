/** All of the board that comes when somebody opens it, in one piece: two entries would share out the editor. */
export { default as Board } from "./Board.tsx";
export { default as BoardPast } from "./BoardPast.tsx";
