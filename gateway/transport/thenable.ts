/** True for a promise, or for what behaves like one: what graphql-js waits for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * A promise whose listener may throw: the error goes to the listener for errors.
 *
 * For listeners that are themselves part of what is waited for, and that nobody hears when they throw.
 */
export function guard<T>(promise: PromiseLike<T>): PromiseLike<T> {
  const then: PromiseLike<T>['then'] = <A, B>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ) => {
    if (!onValue || !onError) return promise.then(onValue, onError)
    const heard = promise.then<A | B, B>((value) => {
      try {
        return onValue(value)
      } catch (error) {
        return onError(error)
      }
    }, onError)
    // Where even that throws, nobody waits for the answer any more.
    heard.then(undefined, () => {})
    return heard
  }
  // oxlint-disable-next-line unicorn/no-thenable -- it is one on purpose
  return { then }
}
