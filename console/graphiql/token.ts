/** Where a token given in the address is kept: this browser tab, until it closes. */
const storageKey = 'switchboard.token'

/** The parts of a browser window that `takeToken` reads and changes. */
export interface TokenWindow {
  readonly location: Pick<Location, 'hash' | 'pathname' | 'search'>
  readonly history: Pick<History, 'replaceState' | 'state'>
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * The API token to start with: the one of `#token=…`, else the one this tab was given earlier, else null.
 *
 * A token in the fragment never reaches a server; it is also taken out of the address bar and of the history entry,
 * so that a copied link or a screenshot does not hand it on. It outlives a reload, not the tab.
 */
export function takeToken(window: TokenWindow): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1))
  const given = fragment.get('token')
  if (!given) return window.sessionStorage.getItem(storageKey)
  window.sessionStorage.setItem(storageKey, given)
  fragment.delete('token')
  const rest = fragment.size > 0 ? `#${fragment}` : ''
  window.history.replaceState(window.history.state, '', `${window.location.pathname}${window.location.search}${rest}`)
  return given
}

/** The request headers for a token; none without one, because a wrong header is worse than none. */
export function toHeaders(token: string | null): Readonly<Record<string, string>> {
  return token === null ? {} : { Authorization: `Bearer ${token}` }
}
