import { getOperationAST, type GraphQLError } from 'graphql'
import type { OperationResult } from '../execute/run.ts'
import type { Events, Subscription } from '../execute/subscribe.ts'
import type { Graph } from '../graph.ts'
import type { Subscribing } from './group-key.ts'
import { findResume, type Resume } from './resume.ts'

/** What a group hears, on one graph: a subscription and how it goes on from what was heard. */
export class Course {
  readonly #subscribing: Subscribing
  readonly #graph: Graph
  readonly #requestId: string
  readonly #resume: Resume | null
  /** The event behind which it goes on; null where the operation itself says. */
  readonly #cursor: string | null
  /** What can be started, or the errors that say why nothing can. */
  readonly subscription: Subscription | OperationResult

  constructor(subscribing: Subscribing, graph: Graph, requestId: string, cursor: string | null = null) {
    this.#subscribing = subscribing
    this.#cursor = cursor
    this.#graph = graph
    this.#requestId = requestId
    this.#resume = resumeOf(subscribing, graph)
    const resume = cursor === null ? null : this.#resume
    const document = resume === null || cursor === null ? subscribing.document : resume.after(cursor)
    this.subscription = graph.executor.prepareSubscription({ ...subscribing, document, requestId })
  }

  /** Why this graph cannot answer what another let in; empty when it can. */
  findProblems(): readonly GraphQLError[] {
    const problems = this.#graph.check(this.#subscribing.document)
    if (problems.length > 0) return problems
    return 'start' in this.subscription ? [] : (this.subscription.errors ?? [])
  }

  /** The same on another graph. */
  on(graph: Graph): Course {
    return new Course(this.#subscribing, graph, this.#requestId, this.#cursor)
  }

  /** The same after an event, where that can be asked; else itself. */
  after(cursor: string | null): Course {
    if (cursor === null || this.#resume === null) return this
    return new Course(this.#subscribing, this.#graph, this.#requestId, cursor)
  }

  /** The cursor of an answer; null for none that helps. */
  readCursor({ data }: OperationResult): string | null {
    return this.#resume?.readCursor(data) ?? null
  }

  /** Opens the source, or answers why it cannot be. */
  async start(signal: AbortSignal): Promise<Events | OperationResult> {
    return 'start' in this.subscription ? this.subscription.start(signal) : this.subscription
  }
}

function resumeOf({ document, operationName }: Subscribing, graph: Graph): Resume | null {
  const operation = getOperationAST(document, operationName)
  return operation ? findResume(operation, document, graph.executor.schema) : null
}
