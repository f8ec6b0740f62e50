import { later } from '../../iso.ts'
import type { GrantAct, OAuthAct } from '../deeds.ts'
import type { Grant } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import type { World } from '../world.ts'

/** A code is good for this long, once. Source: the provider's notes. */
const codeSeconds = 120

/** Does one of the steps that end in a grant. Null when there is nothing to redeem or refresh by now. */
export function actOAuth(world: World, act: OAuthAct): Grant | null {
  switch (act.kind) {
    case 'allow': {
      const { kind: _kind, ...code } = act
      world.codes.set(code.code, { ...code, expiresAt: later(nowIn(world), codeSeconds) })
      return null
    }
    case 'redeem': {
      const promised = world.codes.get(act.code)
      world.codes.delete(act.code)
      return promised ? addGrant(world, promised, act) : null
    }
    case 'refresh': {
      const old = grantToRefresh(world, act.refreshToken)
      if (!old) return null
      // Both tokens of the old pair end at once.
      world.grants.delete(old.id)
      return addGrant(world, { userId: old.userId, scopes: act.scopes ?? old.scopes }, act)
    }
  }
}

/** The grant that a refresh token stands for, as long as it lives. */
export function grantToRefresh(world: World, refreshToken: string): Grant | undefined {
  const grant = [...world.grants.values()].find((one) => one.refreshToken === refreshToken)
  return grant && (grant.refreshExpiresAt ?? '9') > nowIn(world) ? grant : undefined
}

function addGrant(world: World, to: Pick<Grant, 'userId' | 'scopes'>, act: GrantAct): Grant {
  const at = nowIn(world)
  const grant: Grant = {
    id: nextId(world, 'grant'),
    userId: to.userId,
    scopes: to.scopes,
    token: act.token,
    refreshToken: act.newRefreshToken,
    createdAt: at,
    expiresAt: later(at, act.expiresIn),
    refreshExpiresAt: later(at, act.refreshExpiresIn),
  }
  world.grants.set(grant.id, grant)
  return grant
}
