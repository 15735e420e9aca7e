import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Block, Doubt, Printed } from './numbers';

/** What a kiosk keeps through a restart without the network. */
interface Shelves extends DBSchema {
  blocks: { key: string; value: Block };
  printed: { key: [string, number]; value: Printed };
  doubts: { key: string; value: Doubt };
  /** The last answers of the server by their path. */
  answers: { key: string; value: unknown };
}

export type Shelf = IDBPDatabase<Shelves>;

let shared: Promise<Shelf> | null = null;

/** The store of this kiosk, opened once. */
export function kioskShelf(): Promise<Shelf> {
  return (shared ??= openShelf());
}

/** Opens a store in the browser. */
export function openShelf(name = 'usher-kiosk'): Promise<Shelf> {
  return openDB<Shelves>(name, 1, {
    upgrade(db) {
      db.createObjectStore('blocks', { keyPath: 'id' });
      db.createObjectStore('printed', { keyPath: ['lease', 'value'] });
      db.createObjectStore('doubts', { keyPath: 'key' });
      db.createObjectStore('answers');
    },
  });
}
