document.getElementById("room");
