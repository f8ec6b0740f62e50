/** Takes what arrives, and hands it out in order: a test waits on this instead of on the clock. */
export class Inbox<T> {
  readonly #arrived: T[] = []
  readonly #waiting: ((item: T) => void)[] = []

  put(item: T): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#arrived.push(item)
    else waiting(item)
  }

  next(): Promise<T> {
    const [item] = this.#arrived.splice(0, 1)
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item)
  }
}
