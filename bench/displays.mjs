// Displays that read what they get: `node displays.mjs URL COUNT`, until the end of standard input.
// Prints how far behind the events' own time they were read, and of each display how many calls it heard and
// how often it was told that it had missed something.
const [url, count] = [process.argv[2], Number(process.argv[3])];
const behind = [];
const displays = Array.from({ length: count }, () => ({ calls: 0, resyncs: 0 }));
const over = new AbortController();

async function follow(display) {
  const response = await fetch(url, { signal: over.signal, headers: { accept: 'text/event-stream' } });
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const now = Date.now();
    rest += decoder.decode(chunk, { stream: true });
    const events = rest.split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data:'));
      if (data === undefined) continue;
      const frame = JSON.parse(data.slice(5));
      if (frame.resync) display.resyncs += 1;
      if (frame.type === 'announcement') display.calls += 1;
      // A snapshot is as old as the moment in which it was asked for, a ping is sent as it is made.
      if (frame.type === 'announcement' || frame.type === 'board') behind.push(now - Date.parse(frame.at));
    }
  }
}

const following = displays.map((display) => follow(display).catch((error) => {
  if (!over.signal.aborted) throw error;
}));
process.stdin.on('end', async () => {
  over.abort();
  await Promise.all(following);
  behind.sort((a, b) => a - b);
  const at = (part) => behind[Math.min(behind.length - 1, Math.floor(behind.length * part))] ?? 0;
  console.log(JSON.stringify({
    events: behind.length,
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    worst_ms: at(1),
    displays,
  }));
});
process.stdin.resume();
