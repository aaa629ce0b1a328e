// The values behind the colours: fetched when a tooltip or a label first needs them, not before.

import { load, json } from "./files.js";
import { ranks } from "./numbers.js";

export class Facts {
  constructor(onReady) {
    this.onReady = onReady;
    this.file = null;
    this.now = null;
    this.isWanted = false;
  }

  /** Say where the values lie; those of before are forgotten. */
  show(file, address) {
    if (file === this.file) return;
    this.file = file;
    this.address = address;
    this.now = null;
    if (this.isWanted) this.fetch();
  }

  /** Return the values if they are here; else ask for them, once, and say when they are. */
  get() {
    this.isWanted = true;
    if (!this.now) this.fetch();
    return this.now;
  }

  async fetch() {
    const { file } = this;
    if (!file || this.coming === file) return;
    this.coming = file;
    const found = await load(this.address, (bytes) => withRanks(json(bytes)));
    this.coming = null;
    if (file !== this.file) return;
    this.now = found;
    this.onReady();
  }
}

const withRanks = (details) => ({ ...details, rank: ranks(details.value) });
