// A chat on Node `ws`, as its documentation shows it: rooms are sets of sockets; nothing is stored or checked.
const { WebSocketServer } = require("ws");

const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env.PORT), perMessageDeflate: false });

server.on("connection", (socket, request) => {
  const name = request.url.split("/")[3];
  if (!rooms.has(name)) rooms.set(name, new Set());
  const room = rooms.get(name).add(socket);
  socket.on("message", (data) => {
    const frame = JSON.stringify({ message: JSON.parse(data).message });
    for (const other of room) if (other.readyState === 1) other.send(frame);
  });
  socket.on("close", () => room.delete(socket));
  socket.on("error", () => socket.terminate());
});
