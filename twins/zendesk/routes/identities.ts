import { json } from '../../exchange.ts'
import {
  addIdentity,
  changeIdentity,
  hasFirst,
  identitiesOf,
  putFirst,
  removeIdentity,
  verifyIdentity,
} from '../acts/identities.ts'
import { invalidField } from '../errors.ts'
import type { Identity, User } from '../records.ts'
import { renderIdentity } from '../render/people.ts'
import { found } from '../world.ts'
import { actor, idIn, noContent, wrapped } from './call.ts'
import type { ApiCall, Route, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { mayWrite, userOf } from './users.ts'

const people: Pick<Route, 'needs' | 'resource'> = { needs: 'staff', resource: 'users' }
const one = '/users/{user_id}/identities/{user_identity_id}'

/** What people can be reached by: addresses, numbers and accounts elsewhere. */
export const identityRoutes: Routes = {
  'GET /users/{user_id}/identities': {
    ...people,
    answer(call) {
      const kinds = [...call.query.getAll('type[]'), ...call.query.getAll('type')]
      const rows = identitiesOf(call.world, userOf(call)).filter(
        ({ type }) => kinds.length === 0 || kinds.includes(type),
      )
      return identityPage(call, rows)
    },
  },
  'POST /users/{user_id}/identities': {
    ...people,
    answer(call) {
      const user = writable(call)
      const identity = addIdentity(call.world, user, actor(call), wrapped(call, 'identity'))
      return json({ identity: renderIdentity(identity, call.base) }, 201)
    },
  },
  [`GET ${one}`]: { ...people, answer: (call) => shown(call, identityOf(call, userOf(call))) },
  [`PUT ${one}`]: {
    ...people,
    answer(call) {
      const user = writable(call)
      const identity = identityOf(call, user)
      changeIdentity(call.world, user, identity, actor(call), wrapped(call, 'identity'))
      return shown(call, identity)
    },
  },
  [`DELETE ${one}`]: {
    ...people,
    answer(call) {
      const user = writable(call)
      removeIdentity(call.world, user, identityOf(call, user), actor(call))
      return noContent
    },
  },
  [`PUT ${one}/make_primary`]: {
    ...people,
    answer(call) {
      const user = writable(call)
      const identity = identityOf(call, user)
      // Only addresses and numbers have a first. That the refusal says so is not confirmed by a source.
      if (!hasFirst(identity.type)) throw invalidField('primary', 'Primary: is invalid')
      putFirst(call.world, user, identity, actor(call))
      return identityPage(call, identitiesOf(call.world, user))
    },
  },
  [`PUT ${one}/verify`]: {
    ...people,
    answer(call) {
      const user = writable(call)
      const identity = identityOf(call, user)
      verifyIdentity(call.world, user, identity)
      return shown(call, identity)
    },
  },
  [`PUT ${one}/request_verification`]: {
    ...people,
    answer(call) {
      identityOf(call, userOf(call))
      // A mail would be sent, which nobody here receives.
      return { status: 200 }
    },
  },
}

function writable(call: ApiCall): User {
  const user = userOf(call)
  mayWrite(call, user, {})
  return user
}

function identityOf(call: ApiCall, user: User): Identity {
  const identity = call.world.identities.get(idIn(call, 'user_identity_id'))
  return found(identity?.user_id === user.id ? identity : undefined)
}

function shown(call: ApiCall, identity: Identity) {
  return json({ identity: renderIdentity(identity, call.base) })
}

function identityPage(call: ApiCall, rows: readonly Identity[]) {
  return pageReply(call, { name: 'identities', rows, render: (row) => renderIdentity(row, call.base) })
}
