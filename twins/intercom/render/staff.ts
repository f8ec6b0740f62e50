import type { Admin, Segment, Team } from '../records.ts'
import type { World } from '../world.ts'

/** An admin as the API writes it. Team ids are numbers here. */
export function renderAdmin(admin: Admin): Record<string, unknown> {
  return {
    type: 'admin',
    id: admin.id,
    name: admin.name,
    email: admin.email,
    job_title: admin.jobTitle,
    away_mode_enabled: admin.away,
    away_mode_reassign: false,
    away_status_reason_id: null,
    has_inbox_seat: true,
    team_ids: admin.teamIds.map(Number),
    avatar: null,
    team_priority_level: { primary_team_ids: [], secondary_team_ids: [] },
  }
}

/** The answer of `/me`: who the token acts as, and where. */
export function renderMe(world: World, admin: Admin): Record<string, unknown> {
  return {
    type: 'admin',
    id: admin.id,
    email: admin.email,
    name: admin.name,
    job_title: admin.jobTitle,
    email_verified: true,
    away_mode_enabled: admin.away,
    away_mode_reassign: false,
    has_inbox_seat: true,
    team_ids: admin.teamIds.map(Number),
    avatar: { type: 'avatar', image_url: null },
    app: {
      type: 'app',
      id_code: world.app.id,
      name: world.app.name,
      created_at: world.app.createdAt,
      secure: false,
      identity_verification: false,
      timezone: world.app.timezone,
      region: world.app.region,
    },
  }
}

/** A team as the API writes it. Admin ids are numbers here. */
export function renderTeam(team: Team): Record<string, unknown> {
  return {
    type: 'team',
    id: team.id,
    name: team.name,
    admin_ids: team.adminIds.map(Number),
    admin_priority_level: { primary_admin_ids: [], secondary_admin_ids: [] },
    assignment_limit: null,
    distribution_method: 'round_robin',
  }
}

/** A segment; its size only when asked for, because it has to be counted. */
export function renderSegment(
  world: World,
  segment: Segment,
  options: { readonly count?: boolean } = {},
): Record<string, unknown> {
  const now = world.clock.seconds()
  const size = (): number => [...world.contacts.values()].filter((contact) => segment.holds(contact, now)).length
  return {
    type: 'segment',
    id: segment.id,
    name: segment.name,
    created_at: segment.createdAt,
    updated_at: segment.createdAt,
    person_type: segment.personType,
    ...(options.count === true ? { count: size() } : {}),
  }
}
