// Does next to nothing, but never ends.
// limits: wall-time=1s
setInterval(() => {}, 10);
