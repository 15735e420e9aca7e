/**
 * The JSON of the API by the names that the screens use. The shapes themselves are made from the contract
 * (`npm run types`); here they only get their names, and words where the contract says no more than "text".
 */
import type { components } from './schema';

type Schemas = components['schemas'];
/** `T` with some members said more exactly. */
type With<T, M> = Omit<T, keyof M> & M;

/** RFC 3339, UTC. */
export type Time = string;
export type Uuid = string;

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A wait in minutes. All three quantiles are null when nobody serves the line. */
export type Estimate = Schemas['Estimate'];
/** What the estimates of a line were worth lately. */
export type EstimatesKept = Schemas['EstimatesKept'];
export type Branding = Schemas['Branding'];
/** An organisation in the list of those that show themselves. */
export type TenantCard = Schemas['PublicTenant'];
/** A site in the list of all, with how many wait there. */
export type PublicPlace = Schemas['PublicPlace'];
export type ServiceCard = Schemas['BoardService'];
export type BoardQueue = With<Schemas['BoardQueue'], { status: 'open' | 'paused' | 'closed' | 'full' }>;
/** A call; `label` is what the board shows of the person. */
export type Call = Schemas['CallView'];
export type SiteBoard = With<Schemas['SiteBoard'], { queues: BoardQueue[] }>;
export type DeviceBoard = SiteBoard & { queue_of_calls: Call[]; join_code: Schemas['JoinCode'] | null };

/** A time that can be booked; `free` says how many places are left. */
export type Slot = Schemas['Slot'];
export type SlotDay = Schemas['Day'];
export type Slots = Schemas['Slots'];
export type Bookable = Schemas['Bookable'];
export type BookablePlace = Schemas['BookablePlace'];
export type BookableService = Schemas['BookableService'];
/** One's own appointment, as its link shows it. */
export type OwnAppointment = Schemas['PublicAppointment'];
export type BookedPage = Schemas['BookedPage'];
/** An appointment as staff see it; `allowed` names what its state permits. */
export type Appointment = Schemas['AppointmentView'];
/** Somebody on the waitlist, as staff see them. */
export type Waiting = Schemas['EntryView'];
export type CheckedIn = With<Schemas['CheckedIn'], { ticket: Ticket }>;
export type Availability = Schemas['AvailabilityView'];
/** One's own place on the waitlist. */
export type OwnWait = Schemas['PublicEntry'];
export type JoinedWaitlist = Schemas['JoinedWaitlist'];

export type TicketStatus = Schemas['Status'];
export type TicketAction = 'postpone' | 'leave' | 'coming' | 'rejoin' | 'undo_leave' | 'still_here';
export type TicketCause = 'left' | 'staff' | 'expired' | 'line_closed' | 'missed' | 'undone' | 'served';

interface HolderWords {
  cause: TicketCause | null;
  can: TicketAction[];
}
/** A ticket as the person who holds it may see it. */
export type PublicTicket = With<Schemas['PublicTicket'], HolderWords>;
export type IssuedTicket = With<Schemas['Joined'], HolderWords>;

export type Service = Schemas['Service'];
export type Queue = Schemas['QueueView'];
export type AgentStatus = Schemas['AgentStatus'];
export type Counter = With<Schemas['CounterView'], { state: 'closed' | 'idle' | 'busy' }>;
export type TicketNote = Schemas['Note'];
/** A ticket as staff see it. `allowed` names the operations that its state permits. */
export type Ticket = With<Schemas['TicketView'], { allowed: string[] }>;
/** One's own ticket: `url` is the path of its page. */
export type OwnTicket = Ticket & Pick<Schemas['SharedTicket'], 'url'>;
export type Console = With<Schemas['Console'], { counter: Counter | null; counters: Counter[]; now: Ticket[]; line: Ticket[] }>;
export type FloorLine = With<Schemas['FloorLine'], { state: 'ok' | 'at_risk' | 'broken' | 'unserved' }>;
export type Floor = With<Schemas['Floor'], { lines: FloorLine[]; counters: Counter[] }>;
export type Stats = Schemas['Stats'];
export type Report = Schemas['Report'];

/** What to change in the rest of a day. */
export type WhatIf = Schemas['WhatIf'];
export type Algorithm = Schemas['Algorithm'];
export type DayComparison = Schemas['DayComparison'];
export type DayPlan = Schemas['DayPlan'];
export type StaffingSuggestion = Schemas['StaffingSuggestion'];
/** What the estimates of a line were worth. */
export type EstimateRecord = Schemas['EstimateRecord'];
export type EstimateAccuracy = Schemas['EstimateAccuracy'];
export type EstimateReasons = Schemas['EstimateReasons'];

export type Feedback = Schemas['Feedback'];
export type FeedbackSummary = Schemas['Summary'];
/** How it stands with what the holder of a ticket may say of it. */
export type FeedbackForm = Schemas['Form'];
export type Points = Schemas['Points'];
export type PointsLine = Schemas['Transaction'];
export type Reward = Schemas['Reward'];
export type Redemption = Schemas['Redemption'];
export type Customer = Schemas['Customer'];
/** What an organisation keeps of whoever asks. */
export type OwnRecord = Schemas['OwnRecord'];
export type ApiKey = Schemas['ApiKeyView'];
/** One entry of the audit trail. */
export type AuditEntry = Schemas['Entry'];
export type Programme = Schemas['Programme'];
export type Tenant = Schemas['Tenant'];

export type User = Schemas['UserView'];
/** A person of the installation, for whoever runs it. */
export type InstallationUser = Schemas['InstallationUser'];
/** What somebody makes an account with. */
export type Registration = Pick<Schemas['Registration'], 'email' | 'password' | 'name' | 'locale' | 'tenant'>;
export type LoggedIn = Schemas['LoginAnswer'];
export type Provider = Schemas['ProviderView'];
export type LinkedAccount = Schemas['LinkedAccount'];
export type SecondFactor = Schemas['FactorView'];
export type FactorSetup = Schemas['FactorSetup'];
export type SessionEntry = Schemas['SessionView'];
/** Somebody who was asked to belong to the tenant. */
export type Invitation = Schemas['InvitationView'];
export type Role = Schemas['Role'];
export type Shift = Schemas['ShiftView'];
export type Member = Schemas['MemberView'];

/** The members that a schema names, without those that are kept beside them. */
type Named<T> = { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

/** What a paired screen is told to be; everything is optional because a pairing may leave it out. */
export type DeviceConfig = Named<Schemas['DeviceConfig']>;

/** What a device can be asked to show, and how that went. */
export type DeviceTask = Schemas['DeviceTask'];
export type TestOutcome = Schemas['TestOutcome'];
export type DeviceTest = Schemas['DeviceTest'];
export type Device = With<Schemas['DeviceView'], { config: DeviceConfig }>;
export type DeviceSelf = With<Schemas['OwnDevice'], { device: Device }>;
export type Pairing = Schemas['PairingStarted'];
/** What the screen that shows a code says of itself. */
export type PairingShown = Schemas['PairingShown'];
export type Lease = Schemas['Lease'];
export type TakenIn = Schemas['TakenIn'];
/** The answer to a waiting screen: `token` comes once, with the first `paired: true`. */
export type PairingState = Schemas['Poll'];

/** One frame of a live stream. */
export interface Frame<T = unknown> {
  id?: string;
  room?: string;
  type: string;
  at?: Time;
  data: T;
}

/** A refusal as RFC 9457 describes it, with the members that Usher adds. */
export type Problem = Partial<Schemas['Problem']>;
