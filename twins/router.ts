/** What was found for a request: the handler, the declared path and the values in it. */
export interface RouteMatch<Handler> {
  readonly handler: Handler
  /** As declared: `/contacts/{id}`. */
  readonly template: string
  readonly params: Readonly<Record<string, string>>
}

/** Declared routes by `METHOD /path/{name}`. */
export type RouteTable<Handler> = Readonly<Record<string, Handler>>

/** Finds the handler of a request; literal segments win over named ones. Null when no route fits. */
export function createRouter<Handler>(
  table: RouteTable<Handler>,
): (method: string, path: string) => RouteMatch<Handler> | null {
  const routes = Object.entries(table).map(([declared, handler]) => {
    const [method = '', template = ''] = declared.split(' ')
    return { method, template, handler, segments: template.split('/') }
  })
  routes.sort((left, right) => namedSegments(left.segments) - namedSegments(right.segments))
  return (method, path) => {
    const segments = path.split('/')
    for (const route of routes) {
      if (route.method !== method || route.segments.length !== segments.length) continue
      const params = paramsOf(route.segments, segments)
      if (params) return { handler: route.handler, template: route.template, params }
    }
    return null
  }
}

function namedSegments(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length
}

function paramsOf(declared: readonly string[], actual: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [index, segment] of declared.entries()) {
    const value = actual[index] ?? ''
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decoded(value)
    else if (segment !== value) return null
  }
  return params
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A stray percent sign is part of the value, as most servers take it.
    return segment
  }
}
