// Tries the real clients against `cargo run -p usher-realtime --example fan -- PORT 100`:
//   node clients/doors.mjs http://127.0.0.1:PORT
import assert from "node:assert/strict";
import { EventSource } from "eventsource";
import WebSocket from "ws";
import { follow } from "./socketio.mjs";

const base = process.argv[2];
assert.ok(base, "node clients/doors.mjs http://127.0.0.1:PORT");
const SERVICE = "service:00000000-0000-0000-0000-00000000000a";
const COUNTER = "counter:00000000-0000-0000-0000-00000000000b";

const post = (path, body = {}) =>
  fetch(base + path, { method: "POST", body: JSON.stringify(body) }).then((answer) => answer.text());
const emit = (name, body, rooms = "global", tenant = "first") =>
  post(`/emit?name=${name}&tenant=${tenant}&rooms=${rooms}`, body);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const numbers = (list) => list.map((event) => event.payload.n);

const checks = {
  async "begins with polling and goes on over WebSocket"() {
    const client = follow(base, { auth: { tenant: "first" } });
    const [joined] = await client.until("joined");
    assert.deepEqual(joined.payload, { joined: ["global"], refused: [] });
    for (let i = 0; client.transport() !== "websocket" && i < 100; i++) await sleep(20);
    assert.equal(client.transport(), "websocket");
    await emit("token_generated", { token_id: "t1", n: 1 });
    const [event] = await client.until("token_generated");
    assert.deepEqual(event.payload, { token_id: "t1", n: 1 });
    assert.match(event.id, /^[0-9a-f]+\.\d+$/);
    client.close();
  },

  async "stays on polling where WebSocket is not to be had"() {
    const client = follow(base, { transports: ["polling"] });
    await client.until("joined");
    await emit("token_called", { token_id: "t1", counter_id: "c", n: 1 });
    await client.until("token_called");
    assert.equal(client.transport(), "polling");
    client.close();
  },

  async "each documented event arrives, one packet each, queue_update joined"() {
    const client = follow(base, { transports: ["websocket"] });
    await client.until("joined");
    for (const name of ["token_generated", "token_called", "token_served", "counter_status"]) {
      await emit(name, { n: 1 });
      await client.until(name);
    }
    for (let waiting = 1; waiting <= 5; waiting++) await emit("queue_update", { waiting });
    const updates = await client.until("queue_update", (list) => list.at(-1)?.payload.deltas[0].waiting === 5);
    assert.ok(updates.length <= 3, `5 changes in ${updates.length} packets`);
    client.close();
  },

  async "queue:updated is heard on both namespaces"() {
    const queues = follow(base);
    const plain = follow(base, { namespace: "/" });
    await Promise.all([queues.until("joined"), plain.until("joined")]);
    const update = { queueId: "q", currentNumber: "A-001", activeTickets: [], statistics: {} };
    await emit("queue:updated", update);
    assert.deepEqual((await queues.until("queue:updated"))[0].payload, update);
    assert.deepEqual((await plain.until("queue:updated"))[0].payload, update);
    await emit("token_served", { n: 2 });
    await queues.until("token_served");
    assert.equal(plain.heard.filter((event) => event.name === "token_served").length, 0);
    queues.close();
    plain.close();
  },

  async "hears once what goes to several of its rooms"() {
    const client = follow(base, { auth: { rooms: ["global", SERVICE] }, transports: ["websocket"] });
    await client.until("joined");
    await emit("token_called", { n: 1 }, `global,${SERVICE}`);
    await emit("token_served", { n: 2 }, SERVICE);
    await client.until("token_served");
    assert.equal(client.heard.filter((event) => event.name === "token_called").length, 1);
    client.close();
  },

  async "after a cut exactly what was missed, in order"() {
    const client = follow(base, { transports: ["websocket"] });
    await client.until("joined");
    await emit("token_called", { n: 1 });
    await client.until("token_called");
    client.cut();
    for (let n = 2; n <= 20; n++) await emit("token_called", { n });
    const list = await client.until("token_called", (list) => list.length >= 20);
    await emit("token_called", { n: 21 });
    const all = await client.until("token_called", (list) => list.length >= 21);
    assert.deepEqual(numbers(all), Array.from({ length: 21 }, (_, i) => i + 1));
    assert.ok(list.length >= 20);
    assert.equal(client.heard.filter((event) => event.name === "resync").length, 0);
    client.close();
  },

  async "a cursor of another node is answered with resync"() {
    const client = follow(base, { since: "deadbeef.7" });
    const [resync] = await client.until("resync");
    assert.deepEqual(Object.keys(resync.payload.rooms), ["global"]);
    client.close();
  },

  async "only who may joins a counter, later too, and tenants never meet"() {
    const stranger = follow(base, { auth: { rooms: [COUNTER] } });
    const [joined] = await stranger.until("joined");
    assert.equal(joined.payload.refused[0].code, "not_signed_in");
    const answer = await stranger.socket.emitWithAck("join", ["global", COUNTER]);
    assert.deepEqual(answer.joined, ["global"]);
    const staff = follow(base, { auth: { token: "staff", rooms: COUNTER } });
    await staff.until("joined", (list) => list[0]?.payload.joined[0] === COUNTER);
    const other = follow(base, { auth: { tenant: "second", rooms: ["global"] } });
    await other.until("joined");
    await emit("counter_status", { n: 1 }, COUNTER);
    await staff.until("counter_status");
    await emit("token_called", { n: 2 });
    await stranger.until("token_called");
    await emit("token_called", { n: 3 }, "global", "second");
    assert.deepEqual(numbers(await other.until("token_called")), [3]);
    assert.deepEqual(numbers(stranger.heard.filter((event) => event.name === "token_called")), [2]);
    assert.equal(stranger.heard.filter((event) => event.name === "counter_status").length, 0);
    for (const client of [stranger, staff, other]) client.close();
  },

  async "a wrong token is refused, and a revoked session ends"() {
    const wrong = follow(base, { auth: { token: "wrong" } });
    for (let i = 0; wrong.errors.length === 0 && i < 100; i++) await sleep(20);
    assert.match(wrong.errors[0], /unknown_token/);
    wrong.close();
    const staff = follow(base, { auth: { token: "staff" } });
    await staff.until("joined");
    const ended = new Promise((done) => staff.socket.on("disconnect", done));
    await post("/revoke");
    assert.equal(await ended, "io server disconnect");
    staff.close();
  },

  async "an EventSource resumes by itself with its last id"() {
    const heard = [];
    let opened = 0;
    const source = new EventSource(`${base}/sse`);
    source.onopen = () => opened++;
    source.onmessage = (message) => {
      const frame = JSON.parse(message.data);
      if (frame.type !== "ping") heard.push({ ...frame, lastEventId: message.lastEventId });
    };
    for (let i = 0; heard.length < 1 && i < 100; i++) await sleep(20);
    assert.equal(heard[0].type, "snapshot");
    await post("/publish", { n: 1 });
    await post("/publish", { n: 2 });
    for (let i = 0; heard.length < 3 && i < 100; i++) await sleep(20);
    assert.deepEqual(heard.slice(1).map((frame) => frame.data.n), [1, 2]);
    assert.equal(heard[2].lastEventId, heard[2].id);
    source.close();
  },

  async "a WebSocket resumes with since"() {
    const listen = (path) => {
      const frames = [];
      const socket = new WebSocket(base.replace("http", "ws") + path);
      socket.on("message", (data) => frames.push(...[JSON.parse(data)].flat().filter((f) => f.type !== "ping")));
      return { frames, socket };
    };
    const first = listen("/ws");
    for (let i = 0; first.frames.length < 1 && i < 100; i++) await sleep(20);
    assert.equal(first.frames[0].type, "snapshot");
    await post("/publish", { n: 101 });
    for (let i = 0; first.frames.at(-1).data?.n !== 101 && i < 100; i++) await sleep(20);
    first.socket.terminate();
    for (let n = 102; n <= 110; n++) await post("/publish", { n });
    const second = listen(`/ws?since=${first.frames.at(-1).id}`);
    for (let i = 0; second.frames.length < 9 && i < 100; i++) await sleep(20);
    assert.deepEqual(
      second.frames.map((frame) => frame.data.n),
      [102, 103, 104, 105, 106, 107, 108, 109, 110],
    );
    second.socket.terminate();
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log(`ok  ${name}`);
}
process.exit(0);
