import type { ClientBase } from 'pg'
import { DatabaseRoleError } from './errors.ts'

/** The role that row-level security is made for: it owns nothing, logs in nowhere and bypasses nothing. */
const ROLE = 'switchboard_app'

/**
 * Makes the role and lets the login act as it. Roles belong to the whole cluster, so processes migrating two databases
 * of one cluster race here: losing the race is as good as winning it, and a catalogue row that changed under us
 * (XX000, "tuple concurrently updated") is looked at again.
 */
const MAKE_ROLE = `
do $$
begin
  for attempt in 1..20 loop
    begin
      if not exists (select from pg_roles where rolname = '${ROLE}') then
        create role ${ROLE} nologin nosuperuser nobypassrls nocreatedb nocreaterole;
      end if;
      if not (select rolsuper from pg_roles where rolname = current_user)
         and not pg_has_role(current_user, '${ROLE}', case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) then
        execute format('grant ${ROLE} to %I', current_user);
      end if;
      return;
    exception when duplicate_object or unique_violation or internal_error then
      if attempt = 20 then raise; end if;
    end;
  end loop;
end $$`

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Makes sure that the role exists, is weak, and can be taken by the login of this session.
 *
 * @throws DatabaseRoleError with what an administrator has to run
 */
export async function ensureRole(client: ClientBase): Promise<void> {
  try {
    await client.query(MAKE_ROLE)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE)) throw error
    const { rows } = await client.query<{ login: string }>('select quote_ident(current_user) as login')
    const login = rows[0]?.login ?? 'the login'
    throw new DatabaseRoleError(
      `the database login ${login} may not make the role ${ROLE}; let an administrator run: create role ${ROLE} nologin; grant ${ROLE} to ${login};`,
      { cause: error },
    )
  }
  const { rows } = await client.query<{ strong: boolean }>(
    `select rolsuper or rolbypassrls or rolcanlogin as strong from pg_roles where rolname = $1`,
    [ROLE],
  )
  if (rows[0]?.strong !== false) {
    throw new DatabaseRoleError(
      `the role ${ROLE} could get around row-level security; let an administrator run: alter role ${ROLE} nologin nosuperuser nobypassrls;`,
    )
  }
}
