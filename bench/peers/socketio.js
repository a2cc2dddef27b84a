// A chat on Socket.IO, as its documentation shows it: one room per socket; nothing is stored or checked.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false });

io.on("connection", (socket) => {
  let room;
  socket.on("join", (name) => {
    room = name;
    socket.join(name);
    socket.emit("joined", name);
  });
  socket.on("chat", (sent) => io.to(room).emit("chat", { message: sent.message }));
});
http.listen(Number(process.env.PORT), "127.0.0.1");
