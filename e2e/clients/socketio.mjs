// A Socket.IO client as an application writes one: the real socket.io-client, with the cursor kept
// and given back on every reconnect.
import { io } from "socket.io-client";

/** The events that the server documents, besides `joined`, `refused` and `resync`. */
export const EVENTS = [
  "token_generated",
  "token_called",
  "token_served",
  "queue_update",
  "counter_status",
  "queue:updated",
];

/**
 * Follows a namespace. `heard` collects `{name, payload, id}` in order of arrival.
 *
 * @param {string} base the server, `http://127.0.0.1:8080`
 * @param {{namespace?: string, auth?: object, transports?: string[], since?: string}} [options]
 */
export function follow(base, options = {}) {
  const { namespace = "/ws/queues", auth = {}, transports, since } = options;
  const client = { heard: [], since, errors: [], socket: null };
  const socket = io(base + (namespace === "/" ? "" : namespace), {
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    ...(transports ? { transports } : {}),
    // A function: each reconnect brings the latest cursor.
    auth: (give) => give({ ...auth, since: client.since }),
  });
  socket.on("connect_error", (error) => client.errors.push(error.message));
  for (const name of [...EVENTS, "joined", "refused", "resync"]) {
    socket.on(name, (payload, id) => {
      if (typeof id === "string") client.since = id;
      client.heard.push({ name, payload, id });
    });
  }
  client.socket = socket;
  /** Waits until `test` holds for what was heard; the heard events of `name` are its argument. */
  client.until = async (name, test = (list) => list.length > 0, ms = 5000) => {
    const end = Date.now() + ms;
    for (;;) {
      const list = client.heard.filter((event) => event.name === name);
      if (test(list)) return list;
      if (Date.now() > end) {
        throw new Error(`waited ${ms} ms for ${name}; heard: ${JSON.stringify(client.heard)} ${client.errors}`);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  /** The transport in use: `polling` or `websocket`. */
  client.transport = () => socket.io.engine?.transport?.name;
  /** Cuts the connection as a lost network does; the client comes back by itself. */
  client.cut = () => socket.io.engine.close();
  client.close = () => socket.disconnect();
  return client;
}
