/**
 * What providers tell, read from their own JSON: how a thread stands, and what a message is.
 *
 * Written from docs/metrics.md and the providers' descriptions alone. Where their JSON leaves something out, because it
 * stands in the record around it, the row's columns are taken: the thread that a message stands in, and of what Zendesk
 * tells in an audit its time, whether a rule did it, and whether it was made private later.
 */
export const TOLD = [
  `create schema checker`,

  // Layout: RFC 9562 version 8, from SHA-256 over what names the record.
  `create function checker.row_id(integration uuid, kind text, remote text) returns uuid language sql immutable as $$
    select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-8' || substr(h, 14, 3) || '-'
      || to_hex((get_byte(b, 8) & 63) | 128) || substr(h, 19, 2) || '-' || substr(h, 21, 12))::uuid
    from (select encode(d, 'hex') as h, d as b from (select sha256(convert_to(integration::text, 'UTF8') || '\\x00'::bytea
      || convert_to(kind, 'UTF8') || '\\x00'::bytea || convert_to(remote, 'UTF8')) as d) as digest) as hashed
    where remote is not null
  $$`,

  `create type checker.standing as (began timestamptz, changed timestamptz, closed boolean, solved timestamptz,
    reopened timestamptz, agent text, team text, contact text, channel text, tags text[], grown_out_of text)`,

  `create function checker.channel(word text) returns text language sql immutable as $$
    select case when word in ('conversation', 'push', 'mobile', 'native_messaging', 'chat', '7', '15', 'web_messaging') then 'CHAT'
      when word in ('email', '1', '10') then 'EMAIL' when word in ('web', '2') then 'WEB'
      when word in ('phone_call', 'phone_switch', 'voice', '3') then 'PHONE' when word in ('web_widget', 'web_form', '9') then 'FORM'
      when word in ('facebook', '6') then 'MESSENGER' when word in ('instagram', 'instagram_dm') then 'INSTAGRAM'
      when word in ('twitter', '5') then 'TWITTER' when word in ('whatsapp', '13') then 'WHATSAPP'
      when word in ('api', 'web_service') then 'API' when word = 'sms' then 'SMS' else 'OTHER' end
  $$`,

  `create function checker.unix(seconds jsonb) returns timestamptz language sql immutable as $$
    select to_timestamp((seconds #>> '{}')::bigint)
  $$`,

  `create function checker.at_intercom(kind text, n jsonb) returns checker.standing language sql immutable as $$
    select row(checker.unix(n -> 'created_at'), coalesce(checker.unix(n -> 'updated_at'), checker.unix(n -> 'created_at')),
      case kind when 'ticket' then coalesce(n #>> '{ticket_state,category}' = 'resolved', false)
        else coalesce(n ->> 'state' = 'closed', not (n ->> 'open')::boolean, false) end,
      null::timestamptz, null::timestamptz,
      nullif(n ->> 'admin_assignee_id', '0'), nullif(n ->> 'team_assignee_id', '0'), n #>> '{contacts,contacts,0,id}',
      case kind when 'ticket' then 'OTHER' else checker.channel(coalesce(n #>> '{source,type}', n #>> '{channel,initial}')) end,
      (select coalesce(array_agg(tag ->> 'id'), '{}') from jsonb_array_elements(coalesce(n #> '{tags,tags}', '[]')) as tag),
      (select linked ->> 'id' from jsonb_array_elements(coalesce(n #> '{linked_objects,data}', '[]')) as linked
        where kind = 'ticket' and linked ->> 'type' = 'conversation' limit 1))::checker.standing
  $$`,

  `create function checker.at_freshdesk(n jsonb) returns checker.standing language sql stable as $$
    select row((n ->> 'created_at')::timestamptz, coalesce(n ->> 'updated_at', n ->> 'created_at')::timestamptz, over,
      case when over then coalesce((n #>> '{stats,resolved_at}')::timestamptz, (n #>> '{stats,closed_at}')::timestamptz) end,
      (n #>> '{stats,reopened_at}')::timestamptz,
      n ->> 'responder_id', n ->> 'group_id', n ->> 'requester_id', checker.channel(n ->> 'source'),
      array(select distinct jsonb_array_elements_text(coalesce(nullif(n -> 'tags', 'null'), '[]'))), null)::checker.standing
    from (select (n ->> 'status')::int in (4, 5) as over) as status
  $$`,

  `create function checker.at_zendesk(n jsonb) returns checker.standing language sql stable as $$
    select row((n ->> 'created_at')::timestamptz, coalesce(n ->> 'updated_at', n ->> 'created_at')::timestamptz, over,
      case when over then (n #>> '{metric_set,solved_at}')::timestamptz end, null::timestamptz,
      n ->> 'assignee_id', n ->> 'group_id', n ->> 'requester_id', checker.channel(n #>> '{via,channel}'),
      array(select distinct jsonb_array_elements_text(coalesce(nullif(n -> 'tags', 'null'), '[]'))), null)::checker.standing
    from (select n ->> 'status' in ('solved', 'closed') as over) as status
  $$`,

  `create function checker.standing(provider text, kind text, n jsonb) returns checker.standing language sql stable as $$
    select case provider when 'intercom' then checker.at_intercom(kind, n) when 'freshdesk' then checker.at_freshdesk(n)
      when 'zendesk' then checker.at_zendesk(n) end
  $$`,

  // Every state of a thread's record that was ever stored, in order: some tell how they stand now and nothing else.
  `create table checker.version (place bigserial, kind text, provider text, thread_id uuid, native jsonb)`,
  `create function checker.keep() returns trigger language plpgsql security definer as $$ begin
    if new.native is not null and new.deleted_at is null then
      insert into checker.version (kind, provider, thread_id, native) values (tg_table_name, new.provider, new.id, new.native);
    end if;
    return null;
  end $$`,
  ...['conversation', 'ticket'].map(
    (table) => `create trigger checked after insert or update on ${table} for each row execute function checker.keep()`,
  ),

  `create materialized view checker.thread as
    select t.id, t.workspace_id, t.integration_id, t.provider, t.kind, s.* from (
      select 'conversation' as kind, id, workspace_id, integration_id, provider, native, deleted_at from conversation
      union all select 'ticket', id, workspace_id, integration_id, provider, native, deleted_at from ticket
    ) as t, checker.standing(t.provider, t.kind, t.native) as s
    where t.deleted_at is null and t.native is not null`,

  // author: customer, person, or nobody. closes: whether the thread was closed from then on; null when nothing is told.
  `create type checker.said as (at timestamptz, spoken boolean, author text, agent text, closes boolean)`,

  `create function checker.said_intercom(remote text, began timestamptz, n jsonb) returns checker.said language sql immutable as $$
    select row(case when opening then began else checker.unix(n -> 'created_at') end,
      opening or part in ('comment', 'quick_reply') or (n ->> 'body' is not null and part not like 'note%'
        and (author = 'customer' or part in ('open', 'close', 'snoozed', 'unsnoozed', 'timer_unsnooze', 'assignment',
          'assign_and_reopen', 'assign_and_unsnooze', 'away_mode_assignment'))),
      author, case when n #>> '{author,type}' = 'admin' then n #>> '{author,id}' end,
      case when remote like 'ticket_part:%' then n ->> 'ticket_state' = 'resolved'
        when part = 'close' then true
        when part in ('open', 'note_and_reopen', 'assign_and_reopen', 'snoozed', 'unsnoozed', 'timer_unsnooze', 'assign_and_unsnooze') then false
      end)::checker.said
    from (select remote like 'source:%' as opening, coalesce(n ->> 'part_type', '') as part,
      case when n #>> '{author,type}' in ('user', 'lead', 'contact', 'visitor') then 'customer'
        when n #>> '{author,type}' not in ('admin', 'team') or (n #>> '{author,from_ai_agent}')::boolean
          or n ->> 'delivered_as' in ('automated', 'campaigns_initiated', 'operator_initiated') then 'nobody'
        when n #>> '{author,type}' is null then 'nobody'
        else 'person' end as author) as words
  $$`,

  `create function checker.said_freshdesk(remote text, ticket jsonb, n jsonb) returns checker.said language sql stable as $$
    select case when remote like 'description:%'
      then row((ticket ->> 'created_at')::timestamptz, true,
        case ticket ->> 'source' when '10' then 'person' else 'customer' end, null, null)::checker.said
      else row((n ->> 'created_at')::timestamptz,
        not coalesce((n ->> 'private')::boolean, false) and not (coalesce(n ->> 'source', '0') = '8' and not incoming),
        case when incoming or n ->> 'user_id' = ticket ->> 'requester_id' then 'customer'
          when n ->> 'user_id' is null then 'nobody' else 'person' end,
        n ->> 'user_id', null)::checker.said end
    from (select coalesce((n ->> 'incoming')::boolean, false) as incoming) as direction
  $$`,

  `create function checker.said_zendesk(m public.message) returns checker.said language sql stable as $$
    select case
      when n ->> 'type' in ('Change', 'Create')
        then row(m.created_at, false, 'nobody', null,
          case when n ->> 'field_name' = 'status' then coalesce(n ->> 'value', '') in ('solved', 'closed') end)::checker.said
      else row(coalesce((n ->> 'created_at')::timestamptz, m.created_at),
        coalesce((n ->> 'public')::boolean, (n #>> '{metadata,public}')::boolean, true) and m.type <> 'NOTE',
        case when m.author_type = 'BOT' or n #>> '{author,type}' = 'bot' or coalesce(author::bigint, 0) < 1 then 'nobody'
          when exists (select from public.agent a where a.integration_id = m.integration_id and a.remote_id = author) then 'person'
          else 'customer' end, author, null)::checker.said end
    from (select m.native as n, coalesce(m.native ->> 'author_id', m.native #>> '{author,zen:support:user_id}') as author) as told
  $$`,

  `create materialized view checker.said_in as
    select m.id, t.id as thread_id, t.kind, t.integration_id, s.*,
      case when m.remote_id ~ '^(source|description):' then 0
        else coalesce(substring(m.remote_id from '([0-9]+)$')::bigint, 0) end as place
    from message m
    join checker.thread t on t.id in (m.conversation_id, m.ticket_id)
    left join ticket on ticket.id = t.id,
    lateral (select (case t.provider when 'intercom' then checker.said_intercom(m.remote_id, t.began, m.native)
      when 'freshdesk' then checker.said_freshdesk(m.remote_id, ticket.native, m.native)
      when 'zendesk' then checker.said_zendesk(m) end).*) as s
    where m.deleted_at is null`,
] as const
