/**
 * The JSON of the API as the screens read it. The rest of the app imports types from here only, so that
 * their source can change in one place.
 */

/** RFC 3339, UTC. */
export type Time = string;
export type Uuid = string;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A wait in minutes. All three quantiles are null when nobody serves the line. */
export interface Estimate {
  basis: 'pace' | 'prior' | 'declared' | 'none';
  p10: number | null;
  p50: number | null;
  p90: number | null;
  serving: boolean;
  samples: number;
  at: Time;
  low: number | null;
  high: number | null;
  be_here_by: Time | null;
  called_by: Time | null;
}

export interface Branding {
  primary_color?: string | null;
  accent_color?: string | null;
  logo_url?: string | null;
  logo_dark_url?: string | null;
  tagline?: string | null;
  [key: string]: unknown;
}

export interface TenantCard {
  slug: string;
  name: string;
  branding: Branding | null;
}

export interface SiteCard {
  slug: string;
  name: string;
  address: string | null;
  open: boolean;
  opens_at: Time | null;
  closes_at: Time | null;
}

export interface PublicTenant extends TenantCard {
  locales: string[];
  sites: SiteCard[];
}

export interface ServiceCard {
  id: Uuid;
  code?: string;
  name: string;
  names: Record<string, string>;
}

export interface BoardQueue {
  id: Uuid;
  name: string;
  prefix: string;
  status: 'open' | 'paused' | 'closed' | 'full';
  reason: string | null;
  reopens_at: Time | null;
  waiting: number;
  counters_open: number;
  estimate: Estimate;
  services: ServiceCard[];
}

export interface Call {
  announcement_id: Uuid;
  ticket_id: Uuid;
  number: string;
  /** What the board shows of the person: the number, a first name or initials. */
  label: string;
  counter_number: string;
  counter_name: string;
  queue_id: Uuid;
  called_at: Time;
  recall: boolean;
  acknowledged: boolean;
}

export interface SiteBoard {
  tenant: TenantCard & { locale: string; locales: string[] };
  site: {
    id: Uuid;
    slug: string;
    name: string;
    address: string | null;
    timezone: string;
    open: boolean;
    opens_at: Time | null;
    closes_at: Time | null;
    notice: string | null;
  };
  queues: BoardQueue[];
  now_serving: Call[];
  last_called: Call[];
  at: Time;
}

export type TicketStatus =
  | 'waiting'
  | 'called'
  | 'serving'
  | 'wrap_up'
  | 'paused'
  | 'parked'
  | 'served'
  | 'no_show'
  | 'cancelled'
  | 'expired';

export type TicketAction = 'postpone' | 'leave' | 'coming' | 'rejoin' | 'undo_leave' | 'still_here';

/** A ticket as the person who holds it may see it. */
export interface PublicTicket {
  number: string;
  status: TicketStatus;
  site: { name: string; slug: string; timezone: string; address: string | null };
  tenant: TenantCard;
  queue: { id: Uuid; name: string };
  service: { id: Uuid; name: string };
  position: number | null;
  people_ahead: number | null;
  joined_after: number;
  estimate: Estimate | null;
  counter: { number: string; name: string } | null;
  called_at: Time | null;
  recalls: number;
  come_within_minutes: number | null;
  parked_until: Time | null;
  ended_at: Time | null;
  cause: 'left' | 'staff' | 'expired' | 'line_closed' | 'missed' | 'moved' | 'served' | null;
  rejoin_until: Time | null;
  moved_to: string | null;
  can: TicketAction[];
  issued_at: Time;
  at: Time;
}

export interface IssuedTicket extends PublicTicket {
  secret: string;
  url: string;
}

export interface Service {
  id: Uuid;
  code: string;
  name: string;
  names: Record<string, string>;
  description: string | null;
  prefix: string | null;
  default_minutes: number;
  target_minutes: number | null;
  priority_rules: Record<string, unknown>;
  required_skills: string[];
  active: boolean;
  version: number;
}

export interface Queue {
  id: Uuid;
  tenant_id: Uuid;
  site_id: Uuid;
  name: string;
  description: string | null;
  status: 'active' | 'inactive' | 'paused';
  algorithm: 'fifo' | 'priority' | 'sla';
  service_ids: Uuid[];
  prefix: string;
  first_number: number;
  last_number: number;
  padding: number;
  reset: 'midnight' | 'closing';
  max_active_tickets: number | null;
  max_per_customer_per_day: number | null;
  no_show_minutes: number;
  recall_limit: number;
  park_limit_minutes: number;
  wrap_up: boolean;
  call_ahead: number;
  outside_count: number;
  version: number;
  current_length: number;
  current_number: string | null;
  estimated_wait_time: number;
  average_service_time: number;
  estimate: Estimate;
  open: boolean;
  closed_reason: string | null;
  opens_at: Time | null;
}

export type AgentStatus = 'available' | 'busy' | 'paused' | 'offline';

export interface Counter {
  id: Uuid;
  site_id: Uuid;
  name: string;
  number: string;
  queue_ids: Uuid[];
  weights: Record<Uuid, number> | null;
  status: 'open' | 'closed';
  state: 'closed' | 'idle' | 'busy';
  capacity: number;
  agent: { id: Uuid; name: string; status: AgentStatus } | null;
  holding: number;
  customers_served_today: number;
  queues: { id: Uuid; name: string; current_length: number }[];
  version: number;
}

export interface TicketNote {
  at: Time;
  by: string;
  text: string;
}

/** A ticket as staff see it. `allowed` names the operations that its state permits. */
export interface Ticket {
  id: Uuid;
  number: string;
  queue_id: Uuid;
  queue_name: string;
  service_id: Uuid;
  service_name: string;
  site_id: Uuid;
  status: TicketStatus;
  priority: { class: string; reason: string | null; confirmed: boolean };
  channel: string;
  party_size: number;
  customer_name: string | null;
  customer_phone: string | null;
  customer_email: string | null;
  customer_id: Uuid | null;
  counter_id: Uuid | null;
  counter_number: string | null;
  agent_id: Uuid | null;
  agent_name: string | null;
  position: number | null;
  people_ahead: number | null;
  estimate: Estimate | null;
  issued_estimate: { p50: number; p90: number } | null;
  assistance: string | null;
  notes: TicketNote[];
  tags: string[];
  outcome: string | null;
  recalls: number;
  transfers: number;
  visit_id: Uuid | null;
  remaining_services: Uuid[];
  issued_at: Time;
  entered_at: Time;
  called_at: Time | null;
  started_at: Time | null;
  paused_at: Time | null;
  parked_until: Time | null;
  ended_at: Time | null;
  version: number;
  allowed: string[];
}

export interface Console {
  agent: { id: Uuid; name: string; status: AgentStatus; pause_reason: string | null; since: Time };
  counter: Counter | null;
  counters: Counter[];
  now: Ticket[];
  line: Ticket[];
  waiting_mine: number;
  waiting_all: number;
  undo: { operation: string; number: string; until: Time } | null;
  announcement: { id: Uuid; number: string; acknowledged: boolean; blocked: boolean } | null;
  outcomes: { code: string; label: string }[];
  outcome_required: boolean;
  pause_reasons: string[];
  at: Time;
}

export interface FloorLine {
  queue_id: Uuid;
  name: string;
  waiting: number;
  longest_minutes: number;
  target_minutes: number | null;
  forecast_p50: number | null;
  forecast_p90: number | null;
  state: 'ok' | 'at_risk' | 'broken' | 'unserved';
  breach_at: Time | null;
  suggestion: {
    text_key: string;
    counter_id: Uuid;
    counter_number: string;
    from_minutes: number;
    to_minutes: number;
  } | null;
  last_served_before_close: string | null;
}

export interface Floor {
  site: { id: Uuid; name: string; [key: string]: unknown };
  strip: {
    waiting: number;
    longest_minutes: number;
    at_risk: number;
    counters_open: number;
    counters_all: number;
  };
  lines: FloorLine[];
  counters: (Counter & { state_since: Time })[];
  agents: { id: Uuid; name: string; status: AgentStatus; counter_number: string | null; since: Time }[];
  announcements_unheard: Call[];
  devices_silent: { id: Uuid; name: string; last_seen: Time | null }[];
  at: Time;
}

export interface Stats {
  queue_id: Uuid;
  waiting: number;
  serving: number;
  served_today: number;
  average_wait_minutes: number;
  p90_wait_minutes: number;
  average_service_minutes: number;
  p90_service_minutes: number;
  longest_current_wait_minutes: number;
  sla_met_percent: number | null;
  abandonment_percent: number;
  throughput_per_hour: number;
}

export interface User {
  id: Uuid;
  email: string;
  username: string;
  name: string;
  role: string;
  roles: string[];
  tenant: { id: Uuid; slug: string; name: string } | null;
  scopes: string[];
  sites: Uuid[];
  locale: string | null;
}

export interface LoggedIn {
  token: string;
  access_token: string;
  refresh_token: string;
  expires_in: number;
  user: User;
}

export interface Member {
  id: Uuid;
  user: { id: Uuid; email: string; name: string };
  roles: string[];
  sites: Uuid[];
  counter_id: Uuid | null;
  status: string;
}

/** What a paired screen is told to be; everything is optional because a pairing may leave it out. */
export interface DeviceConfig {
  /** Screen diagonal in inches. */
  diagonal_inches?: number;
  /** Distance of the farthest seat in metres (boards). */
  distance_m?: number;
  /** Shown under the calls on a board, muted. */
  media?: { url: string; kind?: 'image' | 'video'; seconds?: number; alt?: string }[];
  /** No sound between these local times, "20:00". */
  quiet_from?: string;
  quiet_to?: string;
  /** Whether a receipt printer is attached. */
  printer?: boolean;
  /** Shown instead of the service tiles. */
  maintenance?: boolean;
  [key: string]: unknown;
}

export interface Device {
  id: Uuid;
  name: string;
  type: 'kiosk' | 'display' | 'till' | 'printer';
  config: DeviceConfig | null;
  site_id: Uuid;
  last_seen?: Time | null;
  online?: boolean;
}

export interface DeviceSelf {
  device: Device;
  tenant: TenantCard & { locale?: string; locales?: string[] };
  site: { id: Uuid; slug: string; name: string; timezone: string; [key: string]: unknown };
}

export interface Pairing {
  code: string;
  device_code: string;
  expires_at: Time;
}

export type PairingState = { paired: false } | { paired: true; token: string; device: Device };

export type DeviceBoard = SiteBoard & { queue_of_calls: Call[] };

/** One frame of a live stream. */
export interface Frame<T = unknown> {
  id?: string;
  room?: string;
  type: string;
  at?: Time;
  data: T;
}

/** A refusal as RFC 9457 describes it, with the members that Usher adds. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  errors?: { field: string; code: string; message: string }[];
}
