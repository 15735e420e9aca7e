// Real third-party GraphQL clients: graphql-ws by itself, and Apollo Client's core over HTTP and WebSocket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { person } from '../lib/api.mjs';
import { eventually } from '../lib/eventually.mjs';
import { startDemo } from '../lib/server.mjs';

let demo;
let admin;
let queue;
before(async () => {
  demo = await startDemo();
  admin = await person(demo.url, 'admin');
  queue = (await admin.get('T/queues')).items[0].id;
});
after(() => demo?.stop());

const address = () => `${demo.url.replace(/^http/, 'ws')}/graphql`;

/** A graphql-ws client whose connections can be cut below it. */
function live(token = admin.token) {
  const sockets = [];
  class Cuttable extends WebSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: address(),
    webSocketImpl: Cuttable,
    connectionParams: () => (token === null ? {} : { Authorization: `Bearer ${token}` }),
    retryAttempts: 5,
    retryWait: () => new Promise((done) => setTimeout(done, 50)),
    keepAlive: 1_000,
  });
  return { client, sockets, cut: () => sockets.at(-1).terminate() };
}

/** Everything that a subscription tells, as it comes. */
function told(client, query, variables) {
  const seen = { values: [], error: null };
  const sink = { next: (value) => seen.values.push(value), error: (error) => (seen.error = error), complete: () => {} };
  seen.stop = client.subscribe({ query, variables }, sink);
  return seen;
}

const FOLLOW = 'subscription($id: ID!) { queueUpdated(id: $id) { currentLength activeTickets { ticketNumber } } }';
const numbers = (value) => value?.data?.queueUpdated?.activeTickets.map((ticket) => ticket.ticketNumber) ?? [];
const join = () => admin.post('T/tickets', { queue_id: queue });

test('graphql-ws follows a queue, through a cut of its connection', { timeout: 60_000 }, async () => {
  const { client, sockets, cut } = live();
  const seen = told(client, FOLLOW, { id: queue });
  await eventually(() => seen.values.length > 0, { what: 'the queue as it is' });
  const first = await join();
  await eventually(() => numbers(seen.values.at(-1)).includes(first.number), { what: 'the first ticket' });
  cut();
  const missed = await join();
  await eventually(() => numbers(seen.values.at(-1)).includes(missed.number), { what: 'what was missed' });
  assert.ok(sockets.length >= 2, 'it came back on a new connection');
  const last = await join();
  await eventually(() => numbers(seen.values.at(-1)).includes(last.number), { what: 'the last ticket' });
  assert.equal(seen.error, null);
  seen.stop();
  await client.dispose();
});

test('graphql-ws asks and changes over its connection, and is refused in GraphQL', { timeout: 60_000 }, async () => {
  const { client } = live();
  const one = (query, variables) =>
    new Promise((resolve, reject) => {
      let answer;
      client.subscribe({ query, variables }, { next: (value) => (answer = value), error: reject, complete: () => resolve(answer) });
    });
  const made = await one('mutation($q: ID!) { createTicket(queueId: $q) { id status } }', { q: queue });
  assert.equal(made.data.createTicket.status, 'waiting');
  const read = await one('query($id: ID!) { getTicket(id: $id) { id queue { name } } }', { id: made.data.createTicket.id });
  assert.equal(typeof read.data.getTicket.queue.name, 'string');
  const gone = await one('mutation($id: ID!) { a: cancelTicket(id: $id) b: cancelTicket(id: $id) }', { id: made.data.createTicket.id });
  assert.deepEqual([gone.data, gone.errors[0].extensions.code], [{ a: true, b: null }, 'not_allowed_in_state']);
  await assert.rejects(one('{ nothing }'), (errors) => errors[0].extensions.code === 'invalid_query');
  await client.dispose();
});

test('graphql-ws without a token, with a forged one and after the session ended', { timeout: 60_000 }, async () => {
  const nobody = live(null);
  const seen = told(nobody.client, FOLLOW, { id: queue });
  await eventually(() => seen.error !== null, { what: 'a refusal' });
  assert.equal(seen.error[0].extensions.code, 'not_signed_in');
  await nobody.client.dispose();

  const closed = (token) =>
    new Promise((resolve) => {
      const client = createClient({ url: address(), webSocketImpl: WebSocket, connectionParams: { token }, retryAttempts: 0 });
      client.on('closed', (event) => resolve({ code: event.code, client }));
      client.subscribe({ query: FOLLOW, variables: { id: queue } }, { next: () => {}, error: () => {}, complete: () => {} });
    });
  assert.equal((await closed('forged')).code, CloseCode.Forbidden);

  const guest = await person(demo.url, 'manager');
  const ended = closed(guest.token);
  await new Promise((done) => setTimeout(done, 1_000));
  await guest.post('/api/logout');
  assert.equal((await ended).code, CloseCode.Forbidden);
});

test('Apollo Client runs a query, a mutation and a subscription, and keeps its cache', { timeout: 60_000 }, async () => {
  const { client: socket, cut } = live();
  const http = new HttpLink({ uri: `${demo.url}/graphql`, headers: { authorization: `Bearer ${admin.token}` } });
  const link = ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, new GraphQLWsLink(socket), http);
  const apollo = new ApolloClient({ cache: new InMemoryCache(), link });

  const QUEUE = gql`query($id: ID!) { getQueue(id: $id) { id name currentLength services { id name } } }`;
  const before = await apollo.query({ query: QUEUE, variables: { id: queue } });
  assert.equal(before.data.getQueue.id, queue);

  const heard = [];
  const following = apollo
    .subscribe({ query: gql`subscription($id: ID!) { queueUpdated(id: $id) { id currentLength } }`, variables: { id: queue } })
    .subscribe({ next: ({ data }) => heard.push(data.queueUpdated.currentLength), error: (error) => heard.push(error) });
  await eventually(() => heard.length > 0, { what: 'the queue as it is' });

  const TAKE = gql`mutation($q: ID!) { createTicket(queueId: $q) { id ticketNumber queue { id currentLength } } }`;
  const { data } = await apollo.mutate({ mutation: TAKE, variables: { q: queue } });
  const length = data.createTicket.queue.currentLength;
  await eventually(() => heard.at(-1) === length, { what: 'the line with one more' });
  // What the subscription told of the queue is in the cache, under the queue's id.
  assert.equal(apollo.readQuery({ query: QUEUE, variables: { id: queue } }).getQueue.currentLength, length);

  cut();
  await apollo.mutate({ mutation: TAKE, variables: { q: queue } });
  await eventually(() => heard.at(-1) === length + 1, { what: 'the line after the cut' });
  following.unsubscribe();

  const gone = apollo.query({ query: QUEUE, variables: { id: '01890a5d-ac96-774b-bcce-b302099a8057' } });
  await assert.rejects(gone, (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), String(error));
    assert.deepEqual([error.errors[0].path, error.errors[0].extensions.code], [['getQueue'], 'not_found']);
    return true;
  });
  await socket.dispose();
});
