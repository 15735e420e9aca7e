/* Made by `npm run types` from contracts/openapi.json. Do not edit. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who left before they were served. */
        Abandonment: {
            /** @description Day by day. */
            days: components["schemas"]["LossDay"][];
            /**
             * Format: int64
             * @description Still in line when the day ended.
             */
            expired: number;
            /** @description By hour; empty where hours are not kept. */
            hours: components["schemas"]["LossHour"][];
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description How many of a hundred were lost.
             */
            percent: number | null;
            /** @description The days. */
            period: components["schemas"]["Period"];
            /** @description Lines, the one that loses most first; at most 50. */
            queues: components["schemas"]["FiguresOfUuid"][];
            /**
             * Format: int64
             * @description Served.
             */
            served: number;
        };
        /** @enum {string} */
        Act: "confirm" | "extend" | "reschedule" | "cancel" | "check_in" | "no_show" | "edit";
        /** @description One ticket of [`QueueUpdated`]. */
        ActiveTicket: {
            /**
             * Format: uuid
             * @description The ticket.
             */
            id: string;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Its number. */
            ticketNumber: string;
        };
        /** @description Points by hand. */
        Adjustment: {
            /**
             * Format: int64
             * @description How many; negative to take some.
             * @example 50
             */
            points: number;
            /**
             * @description Why, in at most 200 letters.
             * @example Sorry for the wait
             */
            reason: string;
        };
        /** @description The figures of an agent. */
        AgentFigures: {
            /**
             * Format: double
             * @description How many of a hundred who were served or gone had left or did not come.
             */
            abandonment_percent: number | null;
            /**
             * Format: uuid
             * @description Who.
             */
            agent_id: string;
            /**
             * Format: int64
             * @description Appointments booked for these days.
             */
            appointments: number;
            /**
             * Format: int64
             * @description Those that were called off.
             */
            appointments_cancelled: number;
            /**
             * Format: int64
             * @description Those to which the person came.
             */
            appointments_kept: number;
            /**
             * Format: int64
             * @description Those to which they did not.
             */
            appointments_missed: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes waited until the call.
             */
            average_wait_minutes: number | null;
            /**
             * Format: double
             * @description Hours of breaks among them.
             */
            break_hours: number;
            /**
             * Format: int64
             * @description Tickets called.
             */
            called: number;
            /**
             * Format: int64
             * @description Taken out by staff, or with their line.
             */
            cancelled: number;
            /**
             * Format: double
             * @description Mean of the stars that they gave, 1 to 5.
             */
            csat: number | null;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description How many said how it was.
             */
            feedback: number;
            /**
             * Format: double
             * @description Hours with somebody, from the call to the end.
             */
            handling_hours: number;
            /**
             * Format: double
             * @description Hours that were neither.
             */
            idle_hours: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /** @description Their name. */
            name: string;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
             */
            nps: number | null;
            /**
             * Format: double
             * @description What half were served within.
             */
            p50_service_minutes: number | null;
            /**
             * Format: double
             * @description What half waited less than.
             */
            p50_wait_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /**
             * Format: double
             * @description Hours signed in at a counter.
             */
            present_hours: number;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: double
             * @description How many were served in an hour without breaks.
             */
            served_per_hour: number | null;
            /** @description Where they worked. */
            site_ids: string[];
            /**
             * Format: double
             * @description How many of a hundred were called within the wait that their service promised.
             */
            sla_met_percent: number | null;
            /**
             * Format: int64
             * @description Sent on to another line, service or counter.
             */
            transferred: number;
        };
        /** @description One page of a list. */
        AgentFiguresPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["AgentFigures"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        AgentStatus: "available" | "busy" | "paused" | "offline";
        /** @description Who sits at a counter. */
        AgentView: {
            /**
             * Format: uuid
             * @description The agent.
             */
            id: string;
            /** @description Their name. */
            name: string;
            /** @description Whether they take tickets. */
            status: components["schemas"]["AgentStatus"];
        };
        /** @enum {string} */
        Algorithm: "fifo" | "priority" | "sla";
        /** @description That the product answers. */
        Alive: {
            /** @description Always `ok`. */
            status: string;
            /**
             * Format: date-time
             * @description The server's clock.
             */
            time: string;
            /**
             * Format: uint64
             * @description Seconds since it started.
             */
            uptime_seconds: number;
            /** @description The product's version. */
            version: string;
        };
        /** @description The tenant's day so far. */
        AllStats: {
            /**
             * Format: int64
             * @description Counters that are open.
             */
            counters_open: number;
            /** @description By line. */
            queues: components["schemas"]["Stats"][];
            /**
             * Format: int64
             * @description How many were served.
             */
            served_today: number;
            /**
             * Format: int64
             * @description How many are at a counter.
             */
            serving: number;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description What was written down, as document 004 has it. */
        Analytic: {
            /** Format: uuid */
            _id: string;
            eventType: string;
            /** Format: uuid */
            id: string;
            metadata: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            queueId: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: uuid */
            userId: string | null;
        };
        /** @description How a test went. */
        AnswerTest: {
            /** @description How. */
            outcome: components["schemas"]["TestOutcome"];
        };
        /** @description An API key as the API shows it. */
        ApiKeyView: {
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends by itself.
             */
            expires_at: string | null;
            /** @description The first letters of its text. */
            hint: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The key itself: in the answer to its creation, and never again. */
            key?: string | null;
            /**
             * Format: date-time
             * @description When it was last used, to the minute.
             */
            last_used_at: string | null;
            /** @description What it is for. */
            name: string;
            /** @description What it may do. */
            scopes: string[];
            /** @description The sites it is limited to; empty means all. */
            sites: string[];
        };
        /** @description One page of a list. */
        ApiKeyViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["ApiKeyView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A change of an appointment; what is absent stays, null empties. With another time it is moved. */
        AppointmentChange: {
            /** @description Their e-mail address. */
            email?: string | null;
            /** @description The language the person reads. */
            locale?: string | null;
            /** @description The person's name. */
            name?: string | null;
            /** @description What is to be remembered. */
            notes?: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /** @description Their phone number. */
            phone?: string | null;
            /**
             * Format: uuid
             * @description With whom it shall be; only together with another time.
             * @default null
             */
            staff_id: string | null;
            /**
             * Format: date-time
             * @description When it shall begin.
             * @default null
             */
            starts_at: string | null;
        };
        /** @description An appointment as staff and programs see it. */
        AppointmentView: {
            /**
             * @description What the caller can do with it: staff what its state permits them, whatever the time; a person what its
             *     rules let them do at this moment.
             */
            allowed: components["schemas"]["Act"][];
            /**
             * Format: uuid
             * @description By which hours and rules.
             */
            availability_id: string;
            /**
             * Format: uuid
             * @description The account of whoever booked it for somebody else.
             */
            booked_by: string | null;
            /** @description Through which door it was booked. */
            channel: components["schemas"]["Channel"];
            /**
             * Format: date-time
             * @description When the person came.
             */
            checked_in_at: string | null;
            /**
             * Format: date-time
             * @description When it was booked or first held.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The person, where known; null for whoever booked for somebody else.
             */
            customer_id: string | null;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Until when it is held.
             */
            hold_until: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language the person reads. */
            locale: string | null;
            /** @description The person's name. */
            name: string | null;
            /** @description What is to be remembered. */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /** @description Why it does not take place. */
            reason: string | null;
            /** @description What it is called by, aloud and on paper. */
            reference: string;
            /**
             * Format: uuid
             * @description The series that it is part of.
             */
            series_id: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /** @description That service's name. */
            service_name: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description That site's name. */
            site_name: string;
            /**
             * Format: uuid
             * @description Whose time it takes.
             */
            staff_id: string | null;
            /** @description What they are called. */
            staff_name: string | null;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
            /** @description Where it stands. */
            status: components["schemas"]["State"];
            /**
             * Format: uuid
             * @description The ticket that it became.
             */
            ticket_id: string | null;
            /** @description The path of the person's own page, for themselves and for staff who may change it. */
            url: string | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /**
             * Format: uuid
             * @description The place on the waitlist for which it is or was offered.
             */
            waitlist_id: string | null;
        };
        /** @description One page of a list. */
        AppointmentViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["AppointmentView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Somebody who says that they are here: what they bring where the line asks whoever joins by themselves for it. */
        Arrival: {
            /**
             * @description The code that a screen of the site shows.
             * @default null
             */
            join_code: string | null;
            /** @description Where they are; it decides and is kept nowhere. */
            position?: components["schemas"]["Position"] | null;
        };
        /** @description Somebody who is in line now. */
        Arrived: {
            /** @description Whether the page is to ask if the person still comes; `still_here` and `leave` answer it. */
            asks_still_coming: boolean;
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /**
             * Format: date-time
             * @description The time that was booked.
             */
            booked_for: string;
            /**
             * Format: date-time
             * @description When it was called.
             */
            called_at: string | null;
            /** @description What the customer can do: `postpone`, `leave`, `coming`, `rejoin`, `undo_leave`, `still_here`. */
            can: string[];
            /** @description Why: `left`, `staff`, `expired`, `line_closed`, `missed`, `undone`, `served`. */
            cause: string | null;
            /** @description Why its line was closed, in the words of staff, where that ended it. */
            closed_because: string | null;
            /**
             * Format: int64
             * @description Within how many minutes to come.
             */
            come_within_minutes: number;
            /** @description Where to go. */
            counter: components["schemas"]["PageCounter"] | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /** @description How long it will still wait. */
            estimate: components["schemas"]["Estimate"] | null;
            /** @description What the estimates of the line were worth lately; null where that is not known. */
            estimates_kept: components["schemas"]["EstimatesKept"] | null;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /**
             * Format: int64
             * @description How many in line came later.
             */
            joined_after: number;
            /** @description Where the person stands whom staff moved, and why; null once they stand somewhere else by another way. */
            moved: components["schemas"]["Moved"] | null;
            /** @description The line it was moved to, by name. */
            moved_to: string | null;
            /** @description Whether it is time to come near: so few are before it that the line calls ahead. */
            near: boolean;
            /** @description What comes next in this visit, once this ticket was served. */
            next: components["schemas"]["PageNext"] | null;
            /** @description Its number. */
            number: string;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until: string | null;
            /**
             * Format: int64
             * @description How many are expected to come before it: those who are probably gone do not count.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1.
             */
            position: number | null;
            /** @description The line. */
            queue: components["schemas"]["Named"];
            /**
             * Format: int64
             * @description How often the call was repeated.
             */
            recalls: number;
            /** @description What the appointment is called by. */
            reference: string;
            /**
             * Format: date-time
             * @description Until when a missed ticket may come back.
             */
            rejoin_until: string | null;
            /** @description Opens the ticket's page; nobody can guess it. */
            secret: string;
            /** @description What for. */
            service: components["schemas"]["Named"];
            /** @description Where. */
            site: components["schemas"]["PageSite"];
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Whose. */
            tenant: components["schemas"]["PageTenant"];
            /** @description The path of that page. */
            url: string;
            /** @description The member of staff who calls, where the person has an appointment with one. */
            with: string | null;
        };
        /** @description What is to be tested. */
        AskTest: {
            /** @description What the device is to do. */
            what: components["schemas"]["DeviceTask"];
        };
        Assign: {
            /**
             * Format: uuid
             * @description To which counter.
             */
            counter_id: string;
        };
        /** @description Who sits at a counter. */
        AssignStaff: {
            /**
             * Format: uuid
             * @description The member of staff, by the membership's id or the person's.
             */
            staff_id: string;
        };
        /** @description A new availability, or a change of one: what is absent stays, or has its default. Times are whole minutes. */
        AvailabilityInput: {
            /**
             * @description Whether it is offered at all.
             * @default null
             */
            active: boolean | null;
            /**
             * Format: int64
             * @description Kept free after each appointment.
             * @default null
             */
            buffer_after_minutes: number | null;
            /**
             * Format: int64
             * @description Kept free before each appointment.
             * @default null
             */
            buffer_before_minutes: number | null;
            /**
             * Format: int64
             * @description How long before its beginning the person can last move or cancel it.
             * @default null
             */
            cancel_cutoff_minutes: number | null;
            /**
             * Format: int64
             * @description How many places there are at once.
             * @default null
             */
            capacity: number | null;
            /**
             * @description Whether everybody who comes takes a place; else an appointment takes one, however many come.
             * @default null
             */
            counts_people: boolean | null;
            /**
             * Format: int64
             * @description How long one appointment takes.
             * @default null
             */
            duration_minutes: number | null;
            /**
             * Format: int64
             * @description How long before its beginning one can check in.
             * @default null
             */
            early_minutes: number | null;
            /**
             * @description Where somebody stands who comes early.
             * @default null
             */
            early_rule: components["schemas"]["EarlyRule"] | null;
            /**
             * @description Dates that differ from their weekday.
             * @default null
             */
            exceptions: components["schemas"]["ExceptionInput"][] | null;
            /**
             * Format: int64
             * @description Up to how late somebody keeps the place of the booked time.
             * @default null
             */
            grace_minutes: number | null;
            /**
             * Format: int64
             * @description How long a slot is held for somebody who is still typing.
             * @default null
             */
            hold_minutes: number | null;
            /**
             * Format: int64
             * @description How many days ahead one can book.
             * @default null
             */
            horizon_days: number | null;
            /**
             * @description What to bring, as the person reads it.
             * @default null
             */
            instructions: string | null;
            /**
             * Format: int64
             * @description How long after its beginning one can still check in.
             * @default null
             */
            late_minutes: number | null;
            /**
             * @description Where somebody stands who comes later than the grace.
             * @default null
             */
            late_rule: components["schemas"]["LateRule"] | null;
            /**
             * Format: int64
             * @description How long before its beginning a slot can last be booked.
             * @default null
             */
            lead_minutes: number | null;
            /**
             * Format: int64
             * @description How many people may come together where they book for themselves.
             * @default null
             */
            max_party: number | null;
            /**
             * Format: int64
             * @description How many appointments to come one person may have of this; null: any number.
             */
            max_per_person?: number | null;
            /**
             * @description What staff call it.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description How long a freed place is kept for somebody on the waitlist.
             * @default null
             */
            offer_minutes: number | null;
            /**
             * @description Whether people book for themselves.
             * @default null
             */
            online: boolean | null;
            /**
             * @description How long before its beginning people are reminded.
             * @default null
             */
            reminder_minutes: number[] | null;
            /**
             * Format: uuid
             * @description What for. It never changes.
             * @default null
             */
            service_id: string | null;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent. It never changes.
             * @default null
             */
            site_id: string | null;
            /**
             * Format: uuid
             * @description Whose time it is; null: anybody's.
             */
            staff_id?: string | null;
            /**
             * Format: int64
             * @description From one beginning to the next; null: duration and buffers together.
             */
            step_minutes?: number | null;
            /** @description The weekly hours in the site's time; null: whenever the site is open. */
            weekly?: components["schemas"]["WeeklyInput"] | null;
        };
        /** @description When a service can be booked, with what its person is called. */
        AvailabilityView: {
            /**
             * @description Whether it is offered at all.
             * @default true
             */
            active: boolean;
            /**
             * Format: int64
             * @description Kept free after each appointment.
             * @default 0
             */
            buffer_after_minutes: number;
            /**
             * Format: int64
             * @description Kept free before each appointment.
             * @default 0
             */
            buffer_before_minutes: number;
            /**
             * Format: int64
             * @description How long before its beginning an appointment can last be moved or cancelled by the person.
             * @default 120
             */
            cancel_cutoff_minutes: number;
            /**
             * Format: int64
             * @description How many places there are at once: each appointment takes one, or each person, as `counts_people` says.
             * @default 1
             */
            capacity: number;
            /**
             * @description Whether everybody who comes takes a place; else an appointment takes one, however many come.
             * @default false
             */
            counts_people: boolean;
            /**
             * Format: int64
             * @description How long one appointment takes.
             * @default 30
             */
            duration_minutes: number;
            /**
             * Format: int64
             * @description How long before its beginning one can check in.
             * @default 30
             */
            early_minutes: number;
            /**
             * @description Where somebody stands who comes early.
             * @default slot
             */
            early_rule: components["schemas"]["EarlyRule"];
            /**
             * @description Dates that differ from their weekday. What the site itself is closed on stays closed.
             * @default []
             */
            exceptions: components["schemas"]["Exception"][];
            /**
             * Format: int64
             * @description Up to how late somebody keeps the place of the booked time.
             * @default 5
             */
            grace_minutes: number;
            /**
             * Format: int64
             * @description How long a slot is held for somebody who is still typing.
             * @default 5
             */
            hold_minutes: number;
            /**
             * Format: int64
             * @description How many days ahead one can book.
             * @default 60
             */
            horizon_days: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * @description What to bring, as the person reads it.
             * @default
             */
            instructions: string;
            /**
             * Format: int64
             * @description How long after its beginning one can still check in; then it is a no-show.
             * @default 15
             */
            late_minutes: number;
            /**
             * @description Where somebody stands who comes later than the grace.
             * @default arrival
             */
            late_rule: components["schemas"]["LateRule"];
            /**
             * Format: int64
             * @description How long before its beginning a slot can last be booked.
             * @default 60
             */
            lead_minutes: number;
            /**
             * Format: int64
             * @description How many people may come together where they book for themselves.
             * @default 100
             */
            max_party: number;
            /**
             * Format: int64
             * @description How many appointments to come one person may have of this; absent: any number.
             * @default null
             */
            max_per_person: number | null;
            /**
             * @description What staff call it.
             * @default
             */
            name: string;
            /**
             * Format: int64
             * @description How long a freed place is kept for somebody on the waitlist.
             * @default 30
             */
            offer_minutes: number;
            /**
             * @description Whether people book for themselves; else only staff do.
             * @default true
             */
            online: boolean;
            /**
             * @description How long before its beginning people are reminded, at most five times.
             * @default [
             *       1440,
             *       120
             *     ]
             */
            reminder_minutes: number[];
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description Whose time it is; absent: anybody's.
             */
            staff_id: string | null;
            /** @description What the member of staff is called whose time it is. */
            staff_name: string | null;
            /**
             * Format: int64
             * @description From one beginning to the next; duration and buffers together when absent.
             * @default null
             */
            step_minutes: number | null;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
            /**
             * @description The weekly hours in the site's time; absent: whenever the site is open.
             * @default null
             */
            weekly: components["schemas"]["Weekly"] | null;
        };
        /** @description One page of a list. */
        AvailabilityViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["AvailabilityView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        Became: "taken_in" | "known" | "refused";
        /** @description What somebody is in one tenant, for whoever runs the installation. */
        BelongsTo: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Their roles there. */
            roles: string[];
            /** @description Its short name. */
            slug: string;
            /** @description Whether the membership counts. */
            status: components["schemas"]["MemberStatus"];
        };
        /** @description A counter on a board: for the screen above it. */
        BoardCounter: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description The short label that boards show. */
            number: string;
            /**
             * @description `closed`; `paused` while whoever sits there is on a break; `idle` where somebody can be called; `busy` while it
             *     holds somebody, be it closed or paused meanwhile.
             */
            state: string;
        };
        /** @description A line on a board. */
        BoardQueue: {
            /** @description Whether one has to scan the code of a screen to join by oneself. */
            asks_code: boolean;
            /** @description Whether one has to be near to join by oneself: the phone's position is asked for, and kept nowhere. */
            asks_position: boolean;
            /**
             * Format: int64
             * @description How many counters serve it now.
             */
            counters_open: number;
            /** @description The wait of somebody who joins now. */
            estimate: components["schemas"]["Estimate"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Before its numbers. */
            prefix: string;
            /** @description Why it is not open. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When it takes people again.
             */
            reopens_at: string | null;
            /** @description What it is for. */
            services: components["schemas"]["BoardService"][];
            /** @description `open`, `paused`, `closed` or `full`. */
            status: string;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description A service on a board. */
        BoardService: {
            /** @description Its code. */
            code: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Its name by language. */
            names: {
                [key: string]: string;
            };
        };
        /** @description The site on a board. */
        BoardSite: {
            /** @description Its postal address. */
            address: string | null;
            /**
             * Format: date-time
             * @description When it closes.
             */
            closes_at: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description A line for everybody; in an emergency why it is closed. */
            notice: string | null;
            /** @description Whether it takes people now. */
            open: boolean;
            /**
             * Format: date-time
             * @description When it opens next.
             */
            opens_at: string | null;
            /** @description Its short name. */
            slug: string;
            /** @description Its time zone. */
            timezone: string;
        };
        /** @description The tenant on a board. */
        BoardTenant: {
            /** @description The help that people can ask for as they join: `seat`, `lift`, `interpreter`, or the tenant's own words. */
            assistance: string[];
            /** @description Its colours and logo. */
            branding: components["schemas"]["Branding"];
            /** @description Its own language. */
            locale: string;
            /** @description The languages it speaks. */
            locales: string[];
            /** @description Its name. */
            name: string;
            /** @description Whether people choose several services for one visit by themselves. */
            several_services: boolean;
            /** @description Its short name. */
            slug: string;
        };
        /** @description What can be booked at a site. */
        Bookable: {
            /** @description The services, each with its next free slot. */
            services: components["schemas"]["BookableService"][];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
        };
        /** @description A site at which people book by themselves. */
        BookablePlace: {
            /** @description The next slot with a free place within three months, of any service; null where everything is full. */
            next: components["schemas"]["Slot"] | null;
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
            /** @description The name of its tenant. */
            tenant_name: string;
        };
        /** @description One page of a list. */
        BookablePlacePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["BookablePlace"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A service that takes appointments. */
        BookableService: {
            /**
             * Format: int64
             * @description How long an appointment takes.
             */
            duration_minutes: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What to bring. */
            instructions: string;
            /** @description Its name. */
            name: string;
            /** @description Its name in other languages. */
            names: {
                [key: string]: string;
            };
            /** @description The next slot with a free place within three months. */
            next: components["schemas"]["Slot"] | null;
        };
        /** @description A member of staff, as anybody may know them. */
        BookableStaff: {
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /** @description What they are called. */
            name: string;
        };
        /** @description The appointment that brought a person, and since when they count in the line. */
        Booked: {
            /**
             * Format: uuid
             * @description The appointment.
             */
            appointment_id: string;
            /**
             * Format: date-time
             * @description When the ticket entered the line, for its order.
             */
            enters_at: string;
            /** @description By which rule. */
            rule: components["schemas"]["EntryRule"];
            /**
             * Format: date-time
             * @description The time that was booked.
             */
            slot_at: string;
        };
        /** @description A booking with what opens its page. */
        BookedPage: {
            /** @description What can be done with it in its state, whatever the time. */
            allowed: components["schemas"]["Act"][];
            /**
             * Format: date-time
             * @description When this was true: clocks of phones differ from the server's, by which times are meant.
             */
            at: string;
            /** @description The path of its calendar file. */
            calendar_url: string;
            /**
             * Format: date-time
             * @description Until when the person may move or cancel it.
             */
            change_until: string;
            /**
             * Format: date-time
             * @description From when on one can check in.
             */
            check_in_from: string;
            /**
             * Format: date-time
             * @description Until when one can check in.
             */
            check_in_until: string;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Until when it is held, or offered.
             */
            hold_until: string | null;
            /** @description What to bring. */
            instructions: string;
            /** @description The person's name. */
            name: string | null;
            /** @description What the person wants remembered. */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /** @description What it is called by, aloud and on paper. */
            reference: string;
            /** @description Opens the appointment's page; nobody can guess it. */
            secret: string;
            /** @description What for. */
            service: components["schemas"]["ServiceView"];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
            /** @description Why the site is closed now, in an emergency; null while it is not. */
            site_closed: string | null;
            /** @description With whom. */
            staff: components["schemas"]["BookableStaff"] | null;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
            /** @description Where it stands. */
            status: components["schemas"]["State"];
            /** @description The path of the ticket's page, once checked in. */
            ticket_url: string | null;
            /** @description The path of its page. */
            url: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description What was booked. */
        BookedView: {
            /**
             * @description What the caller can do with it: staff what its state permits them, whatever the time; a person what its
             *     rules let them do at this moment.
             */
            allowed: components["schemas"]["Act"][];
            /**
             * Format: uuid
             * @description By which hours and rules.
             */
            availability_id: string;
            /**
             * Format: uuid
             * @description The account of whoever booked it for somebody else.
             */
            booked_by: string | null;
            /** @description Through which door it was booked. */
            channel: components["schemas"]["Channel"];
            /**
             * Format: date-time
             * @description When the person came.
             */
            checked_in_at: string | null;
            /**
             * Format: date-time
             * @description When it was booked or first held.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The person, where known; null for whoever booked for somebody else.
             */
            customer_id: string | null;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Until when it is held.
             */
            hold_until: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language the person reads. */
            locale: string | null;
            /** @description The person's name. */
            name: string | null;
            /** @description What is to be remembered. */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /** @description Why it does not take place. */
            reason: string | null;
            /** @description What it is called by, aloud and on paper. */
            reference: string;
            /** @description The others of the series. */
            series: components["schemas"]["AppointmentView"][];
            /**
             * Format: uuid
             * @description The series that it is part of.
             */
            series_id: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /** @description That service's name. */
            service_name: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description That site's name. */
            site_name: string;
            /** @description Times of the series that were not free and left out. */
            skipped: string[];
            /**
             * Format: uuid
             * @description Whose time it takes.
             */
            staff_id: string | null;
            /** @description What they are called. */
            staff_name: string | null;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
            /** @description Where it stands. */
            status: components["schemas"]["State"];
            /**
             * Format: uuid
             * @description The ticket that it became.
             */
            ticket_id: string | null;
            /** @description The path of the person's own page, for themselves and for staff who may change it. */
            url: string | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /**
             * Format: uuid
             * @description The place on the waitlist for which it is or was offered.
             */
            waitlist_id: string | null;
        };
        /** @description Somebody who books for themselves. */
        Booking: {
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description Whether whoever is signed in books for somebody else: then it is that person's, who is known by the number or the
             *     address given here, and whoever books sees it among their own.
             * @default false
             */
            for_other: boolean;
            /**
             * @description Only hold it for some minutes, while they are typing.
             * @default false
             */
            hold: boolean;
            /**
             * @description The language they read.
             * @default null
             */
            locale: string | null;
            /**
             * @description Their name; needed unless the slot is only held.
             * @default null
             */
            name: string | null;
            /**
             * @description What they want remembered.
             * @default null
             */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people; 1 when absent.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description With whom; with anybody when absent.
             * @default null
             */
            staff_id: string | null;
            /**
             * Format: date-time
             * @description When it begins: the beginning of a free slot.
             */
            starts_at: string;
        };
        /** @description What a tenant's screens look like. */
        Branding: {
            /**
             * @description A second colour, `#RRGGBB`.
             * @default null
             */
            accent_color: string | null;
            /**
             * @description Address of a logo for dark screens.
             * @default null
             */
            logo_dark_url: string | null;
            /**
             * @description Address of the logo.
             * @default null
             */
            logo_url: string | null;
            /**
             * @description The main colour, `#RRGGBB`; text on it is white or ink, whichever is readable.
             * @default null
             */
            primary_color: string | null;
            /**
             * @description One line shown under the name.
             * @default null
             */
            tagline: string | null;
        };
        /** @description What a tenant's screens look like. */
        BrandingInput: {
            /**
             * @description A second colour, `#RRGGBB`.
             * @default null
             */
            accent_color: string | null;
            /**
             * @description Address of a logo for dark screens.
             * @default null
             */
            logo_dark_url: string | null;
            /**
             * @description Address of the logo.
             * @default null
             */
            logo_url: string | null;
            /**
             * @description The main colour, `#RRGGBB`; text on it is white or ink, whichever is readable.
             * @default null
             */
            primary_color: string | null;
            /**
             * @description One line shown under the name.
             * @default null
             */
            tagline: string | null;
        };
        /** @description Which counter calls. */
        Call: {
            /**
             * Format: uuid
             * @description The counter; the caller's own when absent.
             * @default null
             */
            counter_id: string | null;
        };
        CallAt: {
            /**
             * @description Only tokens for this service: its id, code or name.
             * @default null
             */
            service_id: string | null;
        };
        /** @description A call on a board. */
        CallView: {
            /** @description Whether a display played it; each has to for itself. */
            acknowledged: boolean;
            /**
             * Format: uuid
             * @description The announcement.
             */
            announcement_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            called_at: string;
            /**
             * Format: uuid
             * @description Where to.
             */
            counter_id: string;
            /** @description That counter's name. */
            counter_name: string;
            /** @description That counter's label. */
            counter_number: string;
            /** @description What the board shows of the person, as the tenant chose: their first name or initials, else the number. */
            label: string;
            /** @description Its number. */
            number: string;
            /**
             * Format: uuid
             * @description From which line.
             */
            queue_id: string;
            /** @description Whether it was called before. */
            recall: boolean;
            /** @description Whether the person has come and is served. */
            serving: boolean;
            /**
             * Format: uuid
             * @description At which site: a display may show those of several.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description The ticket.
             */
            ticket_id: string;
        };
        /** @description The ticket that was called, once as a whole and once with its fields beside it. */
        Called: {
            /**
             * Format: uuid
             * @description The agent there.
             */
            agent_id?: string | null;
            /** @description Their name. */
            agent_name?: string | null;
            /** @description The operations that are possible now. */
            allowed?: components["schemas"]["Op"][];
            /**
             * Format: date-time
             * @description When their page asked whether they still come.
             */
            asked_at?: string | null;
            /** @description What the person needs. */
            assistance?: string | null;
            /** @description The appointment that brought the person. */
            booked?: components["schemas"]["Booked"] | null;
            /**
             * Format: date-time
             * @description When it was called: for the first time, where it was called again.
             */
            called_at?: string | null;
            /** @description Through which door the person came. */
            channel?: components["schemas"]["Channel"];
            /**
             * Format: uuid
             * @description Who holds it.
             */
            counter_id?: string | null;
            /** @description That counter's label. */
            counter_number?: string | null;
            /** @description Their e-mail address. */
            customer_email?: string | null;
            /**
             * Format: uuid
             * @description The person, where known.
             */
            customer_id?: string | null;
            /** @description The person's name. */
            customer_name?: string | null;
            /** @description Their phone number. */
            customer_phone?: string | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at?: string | null;
            /**
             * Format: date-time
             * @description When it entered the line it stands in.
             */
            entered_at?: string;
            /** @description How long it will still wait. */
            estimate?: components["schemas"]["Estimate"] | null;
            /**
             * Format: uuid
             * @description The member of staff who alone may call it: their time was booked, and they are here or still waited for.
             */
            for_agent_id?: string | null;
            /** @description Their name. */
            for_agent_name?: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id?: string;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at?: string;
            /** @description What was said when it was issued. */
            issued_estimate?: components["schemas"]["IssuedEstimate"] | null;
            /** @description What became of the next of them, once this ticket was served. */
            next_step?: components["schemas"]["NextStepView"] | null;
            /** @description Remarks of staff. */
            notes?: components["schemas"]["Note"][];
            /** @description Its number. */
            number?: string;
            /** @description How the service ended. */
            outcome?: string | null;
            /**
             * Format: date-time
             * @description Since when the person is late: they were called and have not come for as long as their line waits. The agent
             *     is advised to mark them as a no-show.
             */
            overdue_since?: string | null;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until?: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size?: number;
            /**
             * Format: date-time
             * @description Since when it is paused.
             */
            paused_at?: string | null;
            /**
             * Format: int64
             * @description How many come before it.
             */
            people_ahead?: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1; null when it does not wait.
             */
            position?: number | null;
            /** @description Its priority. */
            priority?: components["schemas"]["PriorityView"];
            /**
             * Format: uuid
             * @description The line it stands in.
             */
            queue_id?: string;
            /** @description That line's name. */
            queue_name?: string;
            /**
             * Format: int64
             * @description How often its line allows that.
             */
            recall_limit?: number;
            /**
             * Format: date-time
             * @description When it was last called again.
             */
            recalled_at?: string | null;
            /**
             * Format: int64
             * @description How often it was called again.
             */
            recalls?: number;
            /** @description The services still to come in this visit. */
            remaining_services?: string[];
            /**
             * Format: date-time
             * @description When the person was last known to be there: checked in, or answered from their page.
             */
            seen_at?: string | null;
            /**
             * Format: uuid
             * @description What the person came for.
             */
            service_id?: string;
            /** @description That service's name. */
            service_name?: string;
            /**
             * Format: date-time
             * @description Since when they have not answered and are probably gone; they keep their place.
             */
            silent_since?: string | null;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id?: string;
            /**
             * Format: date-time
             * @description When service began.
             */
            started_at?: string | null;
            /** @description Where it stands. */
            status?: components["schemas"]["Status"];
            /** @description Marks. */
            tags?: string[];
            /** @description The ticket; null when nobody waits. */
            ticket: components["schemas"]["TicketView"] | null;
            /**
             * Format: int64
             * @description How often it changed lines.
             */
            transfers?: number;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version?: number;
            /**
             * Format: uuid
             * @description The visit it is part of.
             */
            visit_id?: string | null;
        };
        /** @description Why, and how much. */
        Cancel: {
            /**
             * @description Of a series; `this` when absent.
             * @default null
             */
            extent: components["schemas"]["Extent"] | null;
            /**
             * @description Why, in the words of who cancels.
             * @default null
             */
            reason: string | null;
        };
        /** @description The state that a ticket shall have. */
        Change: {
            /**
             * Format: uuid
             * @description Where it is called to; the caller's own counter when absent.
             * @default null
             */
            counter_id: string | null;
            /** @description `called`, `serving`, `served` or `cancelled`, in any case. */
            status: string;
        };
        /** @description The current and the new password. */
        ChangePassword: {
            /** @description The current password. */
            current_password: string;
            /** @description The new password. */
            new_password: string;
        };
        /** @enum {string} */
        Channel: "kiosk" | "web" | "mobile" | "staff" | "sms" | "whatsapp" | "ussd" | "api" | "appointment" | "order";
        /** @description How one dependency is. */
        CheckState: "ok" | "degraded" | "down";
        /** @description Somebody who checked in, with their ticket. */
        CheckedIn: {
            /**
             * @description What the caller can do with it: staff what its state permits them, whatever the time; a person what its
             *     rules let them do at this moment.
             */
            allowed: components["schemas"]["Act"][];
            /**
             * Format: uuid
             * @description By which hours and rules.
             */
            availability_id: string;
            /**
             * Format: uuid
             * @description The account of whoever booked it for somebody else.
             */
            booked_by: string | null;
            /** @description Through which door it was booked. */
            channel: components["schemas"]["Channel"];
            /**
             * Format: date-time
             * @description When the person came.
             */
            checked_in_at: string | null;
            /**
             * Format: date-time
             * @description When it was booked or first held.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The person, where known; null for whoever booked for somebody else.
             */
            customer_id: string | null;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Until when it is held.
             */
            hold_until: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The language the person reads. */
            locale: string | null;
            /** @description The person's name. */
            name: string | null;
            /** @description What is to be remembered. */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /** @description Why it does not take place. */
            reason: string | null;
            /** @description What it is called by, aloud and on paper. */
            reference: string;
            /**
             * Format: uuid
             * @description The series that it is part of.
             */
            series_id: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /** @description That service's name. */
            service_name: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description That site's name. */
            site_name: string;
            /**
             * Format: uuid
             * @description Whose time it takes.
             */
            staff_id: string | null;
            /** @description What they are called. */
            staff_name: string | null;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
            /** @description Where it stands. */
            status: components["schemas"]["State"];
            /** @description The ticket that it became. */
            ticket: components["schemas"]["TicketView"];
            /**
             * Format: uuid
             * @description The ticket that it became.
             */
            ticket_id: string | null;
            /** @description The path of the person's own page, for themselves and for staff who may change it. */
            url: string | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /**
             * Format: uuid
             * @description The place on the waitlist for which it is or was offered.
             */
            waitlist_id: string | null;
        };
        /** @description How a service ended. */
        Close: {
            /**
             * @description A remark.
             * @default null
             */
            note: string | null;
            /**
             * @description The outcome's code.
             * @default null
             */
            outcome: string | null;
            /**
             * @description Whether the counter stays busy with the paperwork; the queue's own setting when absent.
             * @default null
             */
            wrap_up: boolean | null;
        };
        /** @description An emergency. */
        CloseSite: {
            /** @description What becomes of those in line and of those who have booked. */
            mode: components["schemas"]["ClosingMode"];
            /** @description What people read. */
            reason: string;
        };
        /** @enum {string} */
        ClosingMode: "carry_over" | "rebook" | "cancel";
        /** @description A code. */
        Code: {
            /** @description The app's code, or a recovery code. */
            code: string;
        };
        /** @description Whole days beside as many whole days before them, weekday by weekday. */
        Compared: {
            /** @description The days before. */
            before: components["schemas"]["Period"];
            /** @description What happened on them. */
            figures: components["schemas"]["Figures"];
            /** @description What happened on those. */
            figures_before: components["schemas"]["Figures"];
            /** @description The days of the period that are over. */
            period: components["schemas"]["Period"];
        };
        CompleteAndCall: {
            /**
             * Format: uuid
             * @description The counter; the caller's own when absent.
             * @default null
             */
            counter_id: string | null;
            /**
             * @description A remark.
             * @default null
             */
            note: string | null;
            /**
             * @description How it ended.
             * @default null
             */
            outcome: string | null;
            /**
             * Format: uuid
             * @description Which ticket is finished, where the counter holds several.
             * @default null
             */
            ticket_id: string | null;
        };
        /** @description Who comes, as what is held is made firm. */
        Confirmation: {
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description Whether whoever is signed in books for somebody else: then the appointment is that person's, who is known by the
             *     number or the address given here, and whoever booked sees it among their own. Staff always book for others.
             * @default false
             */
            for_other: boolean;
            /**
             * @description The language they read.
             * @default null
             */
            locale: string | null;
            /**
             * @description Their name.
             * @default null
             */
            name: string | null;
            /**
             * @description What they want remembered.
             * @default null
             */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people; as many as it is held for when absent.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
        };
        /** @description What somebody said to one purpose, when, and how that came. */
        Consent: {
            /**
             * Format: date-time
             * @description When they said so.
             */
            at: string;
            /** @description Whether they agreed. */
            granted: boolean;
            /** @description How it came: `staff`, `kiosk`, `form 7b`. */
            source: string;
        };
        /** @description What somebody says to one purpose. */
        ConsentInput: {
            /** @description When it was said: ignored, it is now. */
            readonly at?: unknown;
            /** @description Whether they agree. */
            granted: boolean;
            /**
             * @description How it came; the kind of who says it when absent.
             * @default null
             */
            source: string | null;
        };
        /** @description Everything an agent's console shows. */
        Console: {
            /** @description The agent. */
            agent: components["schemas"]["ConsoleAgent"];
            /** @description The announcement of the ticket in hand. */
            announcement: components["schemas"]["ConsoleAnnouncement"] | null;
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description Where they sit. */
            counter: components["schemas"]["CounterView"] | null;
            /** @description Where they could sit. */
            counters: components["schemas"]["CounterView"][];
            /** @description The line in this counter's calling order, those that the agent has the skills for; the first fifty. */
            line: components["schemas"]["TicketView"][];
            /** @description What the counter holds. */
            now: components["schemas"]["TicketView"][];
            /** @description Whether one must be given. */
            outcome_required: boolean;
            /** @description The outcomes of the service in hand. */
            outcomes: components["schemas"]["Outcome"][];
            /** @description Reasons for a break. */
            pause_reasons: string[];
            /** @description Visits at the site that stopped between two services today and wait for staff. */
            stopped_visits: components["schemas"]["StoppedVisit"][];
            /** @description What can be taken back. */
            undo: components["schemas"]["ConsoleUndo"] | null;
            /**
             * Format: int64
             * @description How many wait at the site.
             */
            waiting_all: number;
            /**
             * Format: int64
             * @description How many wait that this counter could call.
             */
            waiting_mine: number;
        };
        /** @description The agent on their console. */
        ConsoleAgent: {
            /**
             * Format: uuid
             * @description The agent.
             */
            id: string;
            /** @description Their name. */
            name: string;
            /** @description Why they are on a break. */
            pause_reason: string | null;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string | null;
            /** @description Whether they take tickets. */
            status: components["schemas"]["AgentStatus"];
        };
        /** @description The announcement of the ticket in hand. */
        ConsoleAnnouncement: {
            /** @description Whether a display played it. */
            acknowledged: boolean;
            /** @description Whether a display could only show it, without a sound. */
            blocked: boolean;
            /**
             * Format: uuid
             * @description The announcement.
             */
            id: string;
            /** @description The number called. */
            number: string;
            /** @description Whether a display has not said in time that it played it. */
            unheard: boolean;
            /** @description The names of those displays. */
            unheard_at: string[];
        };
        /** @description What can be taken back. */
        ConsoleUndo: {
            /** @description The number of the ticket. */
            number: string;
            /** @description The operation. */
            operation: string;
            /**
             * Format: uuid
             * @description The ticket that was acted on last.
             */
            ticket_id: string;
            /**
             * Format: date-time
             * @description Until when.
             */
            until: string;
        };
        /** @description How staff go on with a visit. */
        Continue: {
            /**
             * Format: uuid
             * @description In which line; the one with the shortest wait when absent.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description Which of the services that are left; the first when absent. Those named before it stay for later.
             * @default null
             */
            service_id: string | null;
        };
        /** @description The figures of a counter. */
        CounterFigures: {
            /**
             * Format: double
             * @description How many of a hundred who were served or gone had left or did not come.
             */
            abandonment_percent: number | null;
            /**
             * Format: int64
             * @description Appointments booked for these days.
             */
            appointments: number;
            /**
             * Format: int64
             * @description Those that were called off.
             */
            appointments_cancelled: number;
            /**
             * Format: int64
             * @description Those to which the person came.
             */
            appointments_kept: number;
            /**
             * Format: int64
             * @description Those to which they did not.
             */
            appointments_missed: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes waited until the call.
             */
            average_wait_minutes: number | null;
            /**
             * Format: double
             * @description How much of its open time it had somebody, in per cent.
             */
            busy_percent: number | null;
            /**
             * Format: int64
             * @description Tickets called.
             */
            called: number;
            /**
             * Format: int64
             * @description Taken out by staff, or with their line.
             */
            cancelled: number;
            /**
             * Format: uuid
             * @description Which.
             */
            counter_id: string;
            /**
             * Format: double
             * @description Mean of the stars that they gave, 1 to 5.
             */
            csat: number | null;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description How many said how it was.
             */
            feedback: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
             */
            nps: number | null;
            /**
             * Format: double
             * @description Hours that it was open.
             */
            open_hours: number;
            /**
             * Format: double
             * @description What half were served within.
             */
            p50_service_minutes: number | null;
            /**
             * Format: double
             * @description What half waited less than.
             */
            p50_wait_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: double
             * @description How many were served in an open hour.
             */
            served_per_hour: number | null;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description That site's name. */
            site_name: string;
            /**
             * Format: double
             * @description How many of a hundred were called within the wait that their service promised.
             */
            sla_met_percent: number | null;
            /**
             * Format: int64
             * @description Sent on to another line, service or counter.
             */
            transferred: number;
        };
        /** @description One page of a list. */
        CounterFiguresPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["CounterFigures"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A new counter, or a change of one: what is absent stays, or has its default. A new one needs a name. */
        CounterInput: {
            /**
             * Format: int64
             * @description How many tickets it may hold at once.
             * @default null
             */
            capacity: number | null;
            /** @description Ignored: counted by the product. */
            readonly customers_served_today?: unknown;
            /**
             * @description Its name.
             * @default null
             */
            name: string | null;
            /**
             * @description The short label that boards show; the next free number when absent.
             * @default null
             */
            number: string | null;
            /**
             * Format: uuid
             * @description One queue, as older documents name it.
             * @default null
             */
            queue_id: string | null;
            /**
             * @description What it serves, in order.
             * @default null
             */
            queue_ids: string[] | null;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent, which is made where there is none yet. It never changes.
             * @default null
             */
            site_id: string | null;
            /**
             * Format: uuid
             * @description Who usually sits there, by the membership's id or the person's.
             */
            staff_id?: string | null;
            /**
             * @description Opens or closes it without anybody sitting there; `idle` and `busy` mean `open`.
             * @default null
             */
            status: components["schemas"]["CounterWord"] | null;
            /** @description Shares by queue; null: the order decides. */
            weights?: {
                [key: string]: number;
            } | null;
        };
        /** @description What becomes of one counter. */
        CounterPlan: {
            /**
             * Format: uuid
             * @description Which counter.
             */
            counter_id: string;
            /**
             * Format: date-time
             * @description From when; now when absent. Half-hours are whole: the one in which it begins counts.
             * @default null
             */
            from: string | null;
            /** @description Open, or closed. */
            open: boolean;
            /**
             * @description The lines that it serves, in order, each once; its own when absent.
             * @default null
             */
            queue_ids: string[] | null;
            /**
             * Format: date-time
             * @description Until when, in the future; to the end when absent.
             * @default null
             */
            until: string | null;
        };
        /** @description A line that a counter serves. */
        CounterQueue: {
            /**
             * Format: int64
             * @description How many wait there.
             */
            current_length: number;
            /**
             * Format: uuid
             * @description The line.
             */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @enum {string} */
        CounterStatus: "open" | "closed";
        /** @description A counter: its settings and how it stands now. */
        CounterView: {
            /** @description Who sits there. */
            agent: components["schemas"]["AgentView"] | null;
            /**
             * Format: int64
             * @description How many tickets it may hold at once.
             */
            capacity: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: int64
             * @description How many it served today.
             */
            customers_served_today: number;
            /**
             * Format: int64
             * @description How many tickets it holds.
             */
            holding: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description The short label that boards show. */
            number: string;
            /**
             * Format: uuid
             * @description Whose, as older documents call it.
             */
            organization_id: string;
            /**
             * Format: uuid
             * @description The first of them, as older documents name it.
             */
            queue_id: string | null;
            /** @description What it serves, in order. */
            queue_ids: string[];
            /** @description Its lines and how long they are. */
            queues: components["schemas"]["CounterQueue"][];
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description Who usually sits there, or sits there now.
             */
            staff_id: string | null;
            /** @description `closed`, `idle` or `busy`. */
            state: string;
            /**
             * Format: date-time
             * @description Since when it is as it is.
             */
            state_since: string | null;
            /** @description Open or closed. */
            status: components["schemas"]["CounterStatus"];
            /**
             * Format: date-time
             * @description When it was last changed, opened or closed.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /** @description Shares by queue. */
            weights: {
                [key: string]: number;
            } | null;
        };
        /** @description One page of a list. */
        CounterViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["CounterView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        CounterWord: "open" | "closed" | "idle" | "busy";
        /** @description An ISO 4217 code, three capital letters. */
        Currency: string;
        /** @description A customer as the API shows them. */
        Customer: {
            /** @description What they agreed to, by purpose. */
            consents: {
                [key: string]: components["schemas"]["Consent"];
            };
            /**
             * Format: date-time
             * @description When the record was made.
             */
            created_at: string;
            /**
             * @description Their e-mail address.
             * @example ana@home.example
             */
            email: string | null;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /**
             * @description The language they read.
             * @example en
             */
            locale: string | null;
            /** @description What the tenant keeps beside. */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * @description What they are called.
             * @example Ana Example
             */
            name: string;
            /** @description What staff should know. */
            notes: string | null;
            /**
             * @description Their telephone number, E.164.
             * @example +49301234567
             */
            phone: string | null;
            /** @description Whether they want to be reached on a channel, where they said so. */
            preferences: {
                email?: boolean;
                in_app?: boolean;
                push?: boolean;
                sms?: boolean;
                whatsapp?: boolean;
            };
            /** @description How the tenant came to know them. */
            source: components["schemas"]["Source"];
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: uuid
             * @description Their account, where they have one.
             */
            user_id: string | null;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description A new customer, or a change of one: what is absent stays. */
        CustomerChange: {
            /** @description What they say to purposes; the others stay. */
            consents?: {
                [key: string]: components["schemas"]["ConsentInput"];
            } | null;
            /**
             * @description Their e-mail address.
             * @example ana@home.example
             */
            email?: string | null;
            /**
             * @description The language they read.
             * @example en
             */
            locale?: string | null;
            /**
             * @description Metadata to set by name; null takes one away.
             * @default null
             */
            metadata: {
                [key: string]: unknown;
            } | null;
            /**
             * @description What they are called.
             * @default null
             * @example Ana Example
             */
            name: string | null;
            /** @description What staff should know. */
            notes?: string | null;
            /**
             * @description Their telephone number, with the country's prefix.
             * @example +49 30 1234567
             */
            phone?: string | null;
            /**
             * @description Whether they want to be reached on a channel; null takes what they said away.
             * @default null
             */
            preferences: {
                email?: boolean | null;
                in_app?: boolean | null;
                push?: boolean | null;
                sms?: boolean | null;
                whatsapp?: boolean | null;
            } | null;
            /**
             * Format: uuid
             * @description Their account in this tenant.
             */
            user_id?: string | null;
        };
        /** @description Who the token is for. */
        CustomerInfo: {
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description Their name.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
        };
        /** @description One page of a list. */
        CustomerPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Customer"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description What somebody sees first. */
        Dashboard: {
            /** @description The agents that served most, at most 20; an agent's own figures alone. */
            agents: components["schemas"]["AgentFigures"][];
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description Whole days beside those before; absent where none is over. */
            compared: components["schemas"]["Compared"] | null;
            /** @description The counters that served most; at most 20. */
            counters: components["schemas"]["CounterFigures"][];
            /** @description Day by day. */
            days: components["schemas"]["DayFigures"][];
            /** @description How people take part; absent for an agent. */
            engagement: components["schemas"]["Engagement"] | null;
            /** @description What happened in the period. */
            figures: components["schemas"]["Figures"];
            /** @description How things stand now; absent for an agent. */
            now: components["schemas"]["LineNow"] | null;
            /** @description By hour and weekday; empty where hours are not kept. */
            peak_hours: components["schemas"]["PeakHour"][];
            /** @description The days. */
            period: components["schemas"]["Period"];
            /** @description The lines, likewise; at most 20. */
            queues: components["schemas"]["FiguresOfUuid"][];
            /** @description Whose eyes it is for. */
            role: components["schemas"]["DashboardRole"];
            /** @description Whether the period contains today, so that it is not over. */
            running: boolean;
            /** @description The services, likewise. */
            services: components["schemas"]["FiguresOfUuid"][];
            /** @description The sites, the one that breaks its promises most first. */
            sites: components["schemas"]["FiguresOfUuid"][];
            /**
             * Format: double
             * @description How many were served in an hour in which anybody was; absent where hours are not kept.
             */
            throughput_per_hour: number | null;
        };
        /** @enum {string} */
        DashboardRole: "admin" | "manager" | "agent";
        /** @description The slots of a date. */
        Day: {
            /**
             * Format: date
             * @description The date in the site's time zone.
             */
            date: string;
            /** @description What the door says of it: the name of a holiday. */
            name: string | null;
            /** @description Its slots that can be booked by their time, full ones too. */
            slots: components["schemas"]["Slot"][];
            /** @description Whether it can be booked, and why not. */
            state: components["schemas"]["DayState"];
        };
        /** @description Two plans for the rest of a day, side by side. */
        DayComparison: {
            /** @description The day with what was changed. */
            alternative: components["schemas"]["DayPlan"];
            /** @description What today's plan is taken from. */
            basis: components["schemas"]["PlanBasis"];
            /**
             * Format: date-time
             * @description From when.
             */
            from: string;
            /**
             * Format: int64
             * @description How often each day was run.
             */
            runs: number;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description How many counters each half-hour needs, where that was asked. */
            suggestion: components["schemas"]["StaffingSuggestion"] | null;
            /** @description The day as it is planned. */
            today: components["schemas"]["DayPlan"];
            /**
             * Format: date-time
             * @description Until when.
             */
            until: string;
        };
        /** @description A day of a series. */
        DayFigures: {
            /**
             * Format: double
             * @description How many of a hundred who were served or gone had left or did not come.
             */
            abandonment_percent: number | null;
            /**
             * Format: int64
             * @description Appointments booked for these days.
             */
            appointments: number;
            /**
             * Format: int64
             * @description Those that were called off.
             */
            appointments_cancelled: number;
            /**
             * Format: int64
             * @description Those to which the person came.
             */
            appointments_kept: number;
            /**
             * Format: int64
             * @description Those to which they did not.
             */
            appointments_missed: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes waited until the call.
             */
            average_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets called.
             */
            called: number;
            /**
             * Format: int64
             * @description Taken out by staff, or with their line.
             */
            cancelled: number;
            /**
             * Format: double
             * @description Mean of the stars that they gave, 1 to 5.
             */
            csat: number | null;
            /** @description Which. */
            date: string;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description How many said how it was.
             */
            feedback: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
             */
            nps: number | null;
            /**
             * Format: double
             * @description What half were served within.
             */
            p50_service_minutes: number | null;
            /**
             * Format: double
             * @description What half waited less than.
             */
            p50_wait_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /** @description Whether it is not over yet. */
            running: boolean;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: double
             * @description How many of a hundred were called within the wait that their service promised.
             */
            sla_met_percent: number | null;
            /**
             * Format: int64
             * @description Sent on to another line, service or counter.
             */
            transferred: number;
        };
        /** @description What comes of a plan, on the average of all runs. */
        DayPlan: {
            /**
             * Format: double
             * @description How many are called.
             */
            called: number;
            /**
             * Format: double
             * @description How many come.
             */
            came: number;
            /** @description By half-hour. */
            half_hours: components["schemas"]["DayPlanHalfHour"][];
            /**
             * Format: double
             * @description How many still wait at the end.
             */
            left_in_line: number;
            /** @description By line. */
            queues: components["schemas"]["DayPlanQueue"][];
            /**
             * Format: double
             * @description How many of a hundred are called within the target of their service, of those whose service has one and who are
             *     called, or wait beyond it at the end; null where there are none.
             */
            sla_percent: number | null;
            /**
             * Format: double
             * @description Half wait less, in minutes, whoever still waits at the end counted as called then; null where nobody comes.
             */
            wait_p50: number | null;
            /**
             * Format: double
             * @description Nine in ten wait less, counted in the same way.
             */
            wait_p90: number | null;
        };
        /** @description One half-hour. */
        DayPlanHalfHour: {
            /**
             * Format: double
             * @description How many come.
             */
            arrivals: number;
            /**
             * Format: date-time
             * @description When it begins; the first one now.
             */
            at: string;
            /**
             * Format: int64
             * @description How many counters are open.
             */
            counters: number;
            /**
             * Format: double
             * @description How many of a hundred who join in it are called within the target of their service, of those whose service has
             *     one; null where none has.
             */
            sla_percent: number | null;
            /**
             * Format: double
             * @description How many wait at its end, on the average.
             */
            waiting: number;
            /**
             * Format: int64
             * @description In nine days of ten no more.
             */
            waiting_p90: number;
        };
        /** @description One line. */
        DayPlanQueue: {
            /**
             * Format: double
             * @description How many are called; who still waits at the end is not.
             */
            called: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: double
             * @description How many of a hundred are called within the target of their service, of those whose service has one and who are
             *     called, or wait beyond it at the end; null where there are none.
             */
            sla_percent: number | null;
            /**
             * Format: double
             * @description Within how many minutes they shall be; where its services differ the shortest, and each is judged by its own.
             */
            target_minutes: number | null;
            /**
             * Format: double
             * @description Half wait less, in minutes, whoever still waits at the end counted as called then; null where nobody comes.
             */
            wait_p50: number | null;
            /**
             * Format: double
             * @description Nine in ten wait less, counted in the same way.
             */
            wait_p90: number | null;
        };
        /** @enum {string} */
        DayState: "free" | "full" | "too_soon" | "too_far" | "closed";
        /** @description Where the browser goes to sign in. */
        Departure: {
            /** @description The issuer's page. */
            authorization_url: string;
            /**
             * Format: date-time
             * @description Until when one has to be back.
             */
            expires_at: string;
        };
        /** @description The answer of one check. */
        DependencyHealth: {
            /** @description In words. */
            detail: string;
            /** @description The dependency. */
            name: string;
            /** @description How it is. */
            status: components["schemas"]["CheckState"];
            /**
             * Format: uint64
             * @description How long it took to answer, in milliseconds.
             */
            took_ms: number;
        };
        /** @description The board with the calls that no display has played yet. */
        DeviceBoard: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description Its counters, each as it stands. */
            counters: components["schemas"]["BoardCounter"][];
            /**
             * @description The code that one scans here to join by phone; null where no line asks for one, or the set-up hides it
             *     (`join_code`).
             */
            join_code: components["schemas"]["JoinCode"] | null;
            /** @description The last calls, the newest first. */
            last_called: components["schemas"]["CallView"][];
            /** @description Called or served now, the newest first. */
            now_serving: components["schemas"]["CallView"][];
            /** @description The boards of the further sites that the device shows. */
            others: components["schemas"]["SiteBoard"][];
            /** @description Calls that wait to be played, in order. */
            queue_of_calls: components["schemas"]["CallView"][];
            /** @description Its lines. */
            queues: components["schemas"]["BoardQueue"][];
            /** @description Where. */
            site: components["schemas"]["BoardSite"];
            /** @description Whose. */
            tenant: components["schemas"]["BoardTenant"];
        };
        /** @description A change of a device's set-up; what is absent stays. */
        DeviceChange: {
            /** @description How it is set up, as a whole; null empties it. */
            config?: components["schemas"]["DeviceConfig"] | null;
            /**
             * @description What people call it.
             * @default null
             */
            name: string | null;
            /**
             * Format: uuid
             * @description Where it stands.
             * @default null
             */
            site_id: string | null;
        };
        /**
         * @description How a device is set up. Any member may be absent; others than these are kept as they are, for programs that set up
         *     devices of their own.
         */
        DeviceConfig: {
            /** @description Whether a kiosk asks for a mobile number before it gives a ticket. */
            ask_phone?: boolean;
            /** @description The counters whose calls alone a display shows; all of its sites when absent. One above a counter names that one. */
            counters?: string[];
            /**
             * Format: double
             * @description The diagonal of its screen in inches.
             */
            diagonal_inches?: number;
            /**
             * Format: double
             * @description How far away the farthest seat of a board is, in metres.
             */
            distance_m?: number;
            /**
             * Format: int64
             * @description After how many seconds without a touch a kiosk asks whether somebody is still there.
             */
            idle_seconds?: number;
            /** @description Whether a display shows the code with which people at the site join a line. */
            join_code?: boolean;
            /** @description The languages of its screen, where they are not the tenant's. */
            languages?: string[];
            /** @description How a display divides its screen. */
            layout?: components["schemas"]["DisplayLayout"];
            /** @description Whether it is out of order and says so instead of serving. */
            maintenance?: boolean;
            /** @description What a display shows under its calls, without sound. */
            media?: components["schemas"]["MediaItem"][];
            /**
             * Format: int64
             * @description How many numbers of each line a kiosk keeps for a time without the network; 0 for none.
             */
            offline_numbers?: number;
            /** @description How the paper stands, for printers that cannot say it themselves. */
            paper?: components["schemas"]["Paper"];
            /** @description Whether a receipt printer is attached. */
            printer?: boolean;
            /**
             * @description A receipt printer on the network, such as `192.168.1.50:9100`; the server prints there. Where the printer itself is
             *     on record, its own.
             */
            printer_address?: string;
            /**
             * Format: uuid
             * @description The printer on record at which the server prints a kiosk's tickets; it goes before an address.
             */
            printer_id?: string;
            /** @description Where phones reach this installation, when that is not the screen's own address. */
            public_url?: string;
            /** @description From when on a display hardly makes a sound, by the site's clock, such as `20:00`. */
            quiet_from?: string;
            /** @description Until when. */
            quiet_to?: string;
            /** @description Whether a kiosk has a camera for codes. */
            scanner?: boolean;
            /** @description Further sites whose calls a display shows. */
            sites?: string[];
            /** @description Whether a display chimes and speaks; false for one that stands where another is heard. */
            sound?: boolean;
            /** @description Whether a kiosk speaks from the start. */
            spoken?: boolean;
        } & {
            [key: string]: unknown;
        };
        /** @enum {string} */
        DeviceTask: "print" | "chime" | "voice";
        /** @description The newest test of a device. */
        DeviceTest: {
            /**
             * Format: date-time
             * @description When the device answered.
             */
            answered_at: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            asked_at: string;
            /**
             * Format: uuid
             * @description Its id, with which the device answers.
             */
            id: string;
            /** @description How it went; null until the device has answered. */
            outcome: components["schemas"]["TestOutcome"] | null;
            /** @description What was asked. */
            what: components["schemas"]["DeviceTask"];
        };
        /** @enum {string} */
        DeviceType: "kiosk" | "display" | "till" | "printer";
        /** @description A device as the API shows it. */
        DeviceView: {
            /** @description How it is set up. */
            config: components["schemas"]["DeviceConfig"];
            /**
             * Format: date-time
             * @description When it was paired.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last seen; a printer, when it last answered.
             */
            last_ping_at: string | null;
            /**
             * Format: date-time
             * @description The same, as the floor names it.
             */
            last_seen: string | null;
            /** @description What people call it. */
            name: string;
            /** @description Whether it was seen in the last 90 seconds. */
            online: boolean;
            /** @description How its paper stands, by what its printer, the device or the set-up said last. */
            paper: components["schemas"]["Paper"];
            /** @description Whether its network printer, or the printer that it is, takes tickets. */
            printer: components["schemas"]["PrinterState"];
            /** @description What it last said of itself: audio, version, what it could not upload. */
            report: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @description Where it stands.
             */
            site_id: string;
            /** @description The newest test of it, and how that went. */
            test: components["schemas"]["DeviceTest"] | null;
            /** @description What it is. */
            type: components["schemas"]["DeviceType"];
            /**
             * Format: date-time
             * @description When the set-up was last changed.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Grows with each change of the set-up.
             */
            version: number;
        };
        /** @description One page of a list. */
        DeviceViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["DeviceView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        Dimension: "site" | "queue" | "service" | "counter" | "agent" | "day" | "week" | "month" | "weekday" | "hour";
        /** @enum {string} */
        DisplayLayout: "calls" | "split" | "waits" | "counter";
        /** @description A sentence for who needs no data back. */
        Done: {
            /** @description What was done. */
            message: string;
            /** @description Always true here; refusals say false. */
            success: boolean;
        };
        /** @description Records that may be of one person. */
        Duplicates: {
            items: components["schemas"]["Customer"][];
        };
        /** @enum {string} */
        EarlyRule: "slot" | "arrival";
        /** @description The points for a purchase. */
        Earned: {
            /** @description How the customer stands now. */
            points: components["schemas"]["Points"];
            /** @description The line of the ledger; null where there was none to write. */
            transaction: components["schemas"]["Transaction"] | null;
        };
        /** @description A change of what a ticket says of a person; what is absent stays. */
        Edit: {
            /** @description What the person needs. */
            assistance?: string | null;
            /** @description Their e-mail address. */
            customer_email?: string | null;
            /** @description The person's name. */
            customer_name?: string | null;
            /** @description Their phone number. */
            customer_phone?: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Marks.
             * @default null
             */
            tags: string[] | null;
        };
        /** @description How people take part. */
        Engagement: {
            /** @description What happened outside, most often first. */
            events: components["schemas"]["TrackedCount"][];
            /**
             * Format: int64
             * @description Tickets issued.
             */
            joined: number;
            /**
             * Format: int64
             * @description Points given, less what was taken back; absent for one who sees some sites only: points belong to none.
             */
            points_earned: number | null;
            /**
             * Format: int64
             * @description Points that rewards were taken for; likewise.
             */
            points_spent: number | null;
            /**
             * Format: int64
             * @description Rewards taken; likewise.
             */
            rewards: number | null;
            /**
             * Format: double
             * @description How many of a hundred stayed until they were served.
             */
            served_percent: number | null;
        };
        /** @description One entry of the trail. */
        Entry: {
            /** Format: uuid */
            actor_id: string | null;
            /** @description `user`, `api_key`, `system`, `anonymous`, or the kind of a device or link. */
            actor_kind: string;
            /** Format: date-time */
            at: string;
            /** Format: uuid */
            id: string;
            /** @description The address that it came from, unless it is unknown or erased. */
            ip: string | null;
            /** @description What happened, for example `ticket.called`. */
            kind: string;
            /** @description The facts, with before and after where something was edited. */
            payload: unknown;
            /** @description Personal values by field; null when there are none or they are erased. */
            personal: unknown;
            /** Format: uuid */
            request_id: string;
            /**
             * Format: int64
             * @description Its place in the log.
             */
            seq: number;
            /** Format: uuid */
            site_id: string | null;
            /** Format: uuid */
            thing_id: string;
            thing_kind: string;
            /** Format: int64 */
            thing_version: number;
            /**
             * Format: uint16
             * @description The shape of `payload`.
             */
            version: number;
        };
        /** @enum {string} */
        EntryKind: "earned" | "redeemed" | "released" | "reversed" | "expired" | "adjusted" | "merged";
        /** @description One page of a list. */
        EntryPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Entry"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        EntryRule: "slot" | "arrival";
        /** @enum {string} */
        EntryState: "waiting" | "offered" | "accepted" | "declined" | "expired" | "left";
        /** @description Somebody on the waitlist, as staff see them. */
        EntryView: {
            /**
             * Format: uuid
             * @description The appointment that is offered or was accepted.
             */
            appointment_id: string | null;
            /**
             * Format: uuid
             * @description The person, where known.
             */
            customer_id: string | null;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description They want a slot that begins at or after it.
             */
            from_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When they joined.
             */
            joined_at: string;
            /** @description The person's name. */
            name: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description With whom.
             */
            staff_id: string | null;
            /** @description Where they stand. */
            status: components["schemas"]["EntryState"];
            /**
             * Format: date-time
             * @description And before it.
             */
            until_at: string;
            /** @description The path of the person's own page, for whoever put them on the waitlist; null where others look. */
            url: string | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description One page of a list. */
        EntryViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["EntryView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A wait as a range, in minutes; null when nobody serves. */
        Estimate: {
            /**
             * @description Whether the site closes for the day before half of such waits are over, or has closed for it: who joins now is
             *     probably not called any more. False where nobody serves, for then nothing is known.
             */
            after_closing: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            at: string;
            /** @description What it rests on. */
            basis: components["schemas"]["EstimateBasis"];
            /**
             * Format: date-time
             * @description On tickets: when to be back at the latest.
             */
            be_here_by: string | null;
            /**
             * Format: date-time
             * @description On tickets: when it is very likely called.
             */
            called_by: string | null;
            /**
             * Format: int64
             * @description Its upper end.
             */
            high: number | null;
            /**
             * Format: int64
             * @description The lower end of the spoken range, in whole minutes.
             */
            low: number | null;
            /**
             * Format: double
             * @description One in ten waits less.
             */
            p10: number | null;
            /**
             * Format: double
             * @description Half wait less.
             */
            p50: number | null;
            /**
             * Format: double
             * @description Nine in ten wait less.
             */
            p90: number | null;
            /**
             * Format: int64
             * @description How many finished waits it was learned from.
             */
            samples: number;
            /** @description Whether any counter is open for this line whose agent is not on a break. */
            serving: boolean;
        };
        /** @description What some estimates were worth, in minutes. */
        EstimateAccuracy: {
            /**
             * Format: double
             * @description How much longer people waited than the median said, on the average; below 0 where they waited less.
             */
            bias_minutes: number | null;
            /**
             * Format: int64
             * @description How many there were.
             */
            estimates: number;
            /**
             * Format: double
             * @description By how much the median was off on the average, in minutes; null where there was no estimate.
             */
            mae_minutes: number | null;
            /**
             * Format: double
             * @description Half of the medians were off by less.
             */
            median_error_minutes: number | null;
            /**
             * Format: double
             * @description The share that waited no longer than P90 said; 0.9 is what it promises.
             */
            p90_coverage: number | null;
        };
        /** @enum {string} */
        EstimateBasis: "corrected" | "pace" | "prior" | "declared" | "none";
        /** @description One hour of the day. */
        EstimateHour: {
            /**
             * Format: double
             * @description How much longer people waited than the median said, on the average; below 0 where they waited less.
             */
            bias_minutes: number | null;
            /**
             * Format: int64
             * @description How many there were.
             */
            estimates: number;
            /**
             * Format: int64
             * @description The hour, 0 to 23.
             */
            hour: number;
            /**
             * Format: double
             * @description By how much the median was off on the average, in minutes; null where there was no estimate.
             */
            mae_minutes: number | null;
            /**
             * Format: double
             * @description Half of the medians were off by less.
             */
            median_error_minutes: number | null;
            /**
             * Format: double
             * @description The share that waited no longer than P90 said; 0.9 is what it promises.
             */
            p90_coverage: number | null;
        };
        /** @description One service. */
        EstimateOfService: {
            /**
             * Format: double
             * @description How much longer people waited than the median said, on the average; below 0 where they waited less.
             */
            bias_minutes: number | null;
            /**
             * Format: int64
             * @description How many there were.
             */
            estimates: number;
            /**
             * Format: double
             * @description By how much the median was off on the average, in minutes; null where there was no estimate.
             */
            mae_minutes: number | null;
            /**
             * Format: double
             * @description Half of the medians were off by less.
             */
            median_error_minutes: number | null;
            /** @description Its name. */
            name: string;
            /**
             * Format: double
             * @description The share that waited no longer than P90 said; 0.9 is what it promises.
             */
            p90_coverage: number | null;
            /**
             * Format: uuid
             * @description The service.
             */
            service_id: string;
        };
        /** @description What an estimate rests on, part by part. */
        EstimateReasons: {
            /** @description Whether a counter is free and nobody is before them: then only the moment until somebody calls is estimated. */
            at_once: boolean;
            /**
             * Format: double
             * @description By how much the median differs from that, once all that is known of the line is looked at; 1 leaves it.
             */
            correction: number;
            /**
             * Format: int64
             * @description After how many known waits of the tenant the correction was trained; null where none is in use.
             */
            correction_version: number | null;
            /**
             * Format: int64
             * @description Counters that are open for this line, those on a break left out.
             */
            counters_open: number;
            /** @description The estimate. */
            estimate: components["schemas"]["Estimate"];
            /**
             * Format: double
             * @description What people × service ÷ counters would say, in minutes.
             */
            formula_minutes: number;
            /**
             * Format: double
             * @description How many people of other lines its counters take before, by their order or their weights, as far as that keeps
             *     them waiting.
             */
            others_first: number;
            /**
             * Format: double
             * @description Minutes of waiting per person, as this line has taught them for this half-hour and as many counters.
             */
            pace_minutes: number;
            /**
             * Format: int64
             * @description How many are expected to be called before: of those in line, whom a counter could call that could call them, too.
             */
            people_ahead: number;
            /**
             * Format: double
             * @description (people ahead, those of other lines too, + 1) × pace: what everything else corrects.
             */
            prior_minutes: number;
            /**
             * Format: int64
             * @description How many finished waits this line has taught.
             */
            samples: number;
            /**
             * Format: double
             * @description What one service takes here, in minutes.
             */
            service_minutes: number;
            /** @description In words, a sentence each. */
            text: string[];
        };
        /** @description What the estimates of a queue were worth. */
        EstimateRecord: {
            /** @description By the hour at which tickets were issued, on the site's clock. */
            by_hour: components["schemas"]["EstimateHour"][];
            /** @description By service. */
            by_service: components["schemas"]["EstimateOfService"][];
            /**
             * Format: int64
             * @description How many days are looked at.
             */
            days: number;
            /** @description Over the last thirty. */
            last_30_days: components["schemas"]["EstimateAccuracy"];
            /** @description Over the last seven days, today included. */
            last_7_days: components["schemas"]["EstimateAccuracy"];
            /** @description Over those days. */
            overall: components["schemas"]["EstimateAccuracy"];
            /**
             * Format: uuid
             * @description The queue.
             */
            queue_id: string;
        };
        /** @description What the estimates of a line were worth. */
        EstimatesKept: {
            /**
             * Format: int64
             * @description How many were given in the last thirty days to somebody who was called since.
             */
            estimates: number;
            /**
             * Format: double
             * @description The share of those that waited no longer than P90 said; 0.9 is what it promises.
             */
            p90_coverage: number;
        };
        /** @description The answer as zeroQ documents it, with the range beside it. */
        Eta: {
            /**
             * @description Whether the site closes for the day before half of such waits are over, or has closed for it, at the hour that was
             *     asked for.
             */
            after_closing: boolean;
            /** @description What the estimate rests on. */
            basis: components["schemas"]["EstimateBasis"];
            /**
             * Format: int64
             * @description The median wait in whole minutes.
             */
            estimated_wait_time_minutes: number;
            /**
             * Format: double
             * @description One in ten waits less, in minutes.
             */
            p10: number;
            /**
             * Format: double
             * @description Half wait less.
             */
            p50: number;
            /**
             * Format: double
             * @description Nine in ten wait less.
             */
            p90: number;
            /**
             * Format: int64
             * @description The length of the line that was assumed.
             */
            queue_length: number;
            /**
             * Format: int64
             * @description How many finished waits it was learned from.
             */
            samples: number;
            /** @description The service as it was asked for. */
            service_type: string;
            /**
             * @description Whether any counter serves the line at this moment. Where none does, the estimate says how long it takes once one
             *     opens; that for another hour or day does not depend on it.
             */
            serving: boolean;
            /**
             * Format: date-time
             * @description When the estimate was made, to the second.
             */
            timestamp: string;
        };
        /** @enum {string} */
        Every: "day" | "week" | "two_weeks" | "month";
        /** @description A date that differs from its weekday: a holiday, an inventory day, a long Saturday. */
        Exception: {
            /**
             * Format: date
             * @description The date in the site's time zone.
             */
            date: string;
            /**
             * @description What the door says, for example "Christmas Day".
             * @default
             */
            name: string;
            /**
             * @description The spans of that date; empty means closed all day.
             * @default []
             */
            spans: components["schemas"]["Span"][];
            /**
             * @description Whether it comes back on the same month and day of every later year.
             * @default false
             */
            yearly: boolean;
        };
        /** @description A date that differs from its weekday: a holiday, an inventory day, a long Saturday. */
        ExceptionInput: {
            /**
             * Format: date
             * @description The date in the site's time zone.
             */
            date: string;
            /**
             * @description What the door says, for example "Christmas Day".
             * @default
             */
            name: string;
            /**
             * @description The spans of that date; empty means closed all day.
             * @default []
             */
            spans: components["schemas"]["Span"][];
            /**
             * @description Whether it comes back on the same month and day of every later year.
             * @default false
             */
            yearly: boolean;
        };
        /** @description Points that expire together. */
        Expiring: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int64
             * @description How many.
             */
            points: number;
        };
        /** @description Why a ticket stands where it stands. */
        Explanation: {
            /** @description The numbers of those before it, the next one first. */
            ahead: string[];
            /**
             * Format: int64
             * @description The rank, in microseconds.
             */
            rank: number;
            /** @description Its parts. */
            terms: components["schemas"]["Term"][];
            /** @description In one sentence. */
            text: string;
        };
        /** @description Everything that is known of a person, by who keeps it. */
        Export: {
            [key: string]: unknown;
        };
        /** @enum {string} */
        Extent: "this" | "following";
        /** @description What an authenticator app is told to set itself up. */
        FactorSetup: {
            /** @description The same as a QR code says it. */
            otpauth_url: string;
            /** @description The secret, to be typed into an app, in Base32. */
            secret: string;
        };
        /** @description How one's own second step stands. */
        FactorView: {
            /** @description Whether it is asked at log-in. */
            enabled: boolean;
            /**
             * Format: int64
             * @description How many recovery codes are left.
             */
            recovery_codes_left: number;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string | null;
        };
        /** @enum {string} */
        FailureReason: "site_gone" | "thing_gone" | "too_many_rows";
        /** @description The wish to be forgotten. */
        Farewell: {
            /**
             * @description The e-mail address of one's account, so that nobody does it by mistake.
             * @example ana@home.example
             */
            confirm: string;
        };
        /** @description The address of a calendar. */
        FeedView: {
            /** @description Whoever has it reads the calendar; ending the calendar makes it worthless. */
            url: string;
        };
        /** @description What one person said of one service, as the API shows it. */
        Feedback: {
            /**
             * Format: uuid
             * @description By whom.
             */
            agent_id: string | null;
            /**
             * Format: uuid
             * @description The appointment that brought the person; null for whoever came without.
             */
            appointment_id: string | null;
            /** @description How it came. */
            channel: components["schemas"]["FeedbackChannel"];
            /** @description In their words. */
            comment: string | null;
            /**
             * Format: uuid
             * @description At which counter.
             */
            counter_id: string | null;
            /**
             * Format: date-time
             * @description When it was said.
             */
            created_at: string;
            /**
             * Format: int64
             * @description How satisfied they are: 1 to 5.
             * @example 5
             */
            csat: number | null;
            /**
             * Format: uuid
             * @description The customer, where known.
             */
            customer_id: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description How likely they would recommend it: 0 to 10.
             * @example 9
             */
            nps: number | null;
            /**
             * Format: uuid
             * @description In which line.
             */
            queue_id: string;
            /**
             * Format: uuid
             * @description For what.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description In a word. */
            tags: string[];
            /**
             * Format: uuid
             * @description The ticket that was served.
             */
            ticket_id: string;
        };
        /** @enum {string} */
        FeedbackChannel: "page" | "staff";
        /** @description What somebody says. */
        FeedbackInput: {
            /**
             * @description In their words.
             * @default null
             */
            comment: string | null;
            /**
             * Format: int64
             * @description How satisfied they are: 1 (not at all) to 5.
             * @default null
             * @example 5
             */
            csat: number | null;
            /**
             * Format: int64
             * @description How likely they would recommend it: 0 (not at all) to 10.
             * @default null
             * @example 9
             */
            nps: number | null;
            /**
             * @description In a word: `friendly`, `slow`.
             * @default []
             */
            tags: string[];
        };
        /** @description One page of a list. */
        FeedbackPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Feedback"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description How long somebody really waited. */
        FeedbackSent: {
            /**
             * Format: double
             * @description How long it really took, in minutes.
             */
            actual_time: number;
            /**
             * Format: double
             * @description What a service took, in minutes; what is known of it when absent.
             */
            avg_service_time?: number | null;
            /**
             * Format: int64
             * @description The day, 0 (Monday) to 6; the current one when absent.
             */
            day_of_week?: number | null;
            /**
             * Format: double
             * @description How many were in line; 0 when absent.
             */
            queue_length?: number | null;
            /** @description The service's name, code or id. */
            service_type: string;
            /**
             * Format: int64
             * @description The hour, 0 to 23; the current one when absent.
             */
            time_of_day?: number | null;
        };
        /** @description What happened, in figures that people read. Percentiles are within 2.44 %. */
        Figures: {
            /**
             * Format: double
             * @description How many of a hundred who were served or gone had left or did not come.
             */
            abandonment_percent: number | null;
            /**
             * Format: int64
             * @description Appointments booked for these days.
             */
            appointments: number;
            /**
             * Format: int64
             * @description Those that were called off.
             */
            appointments_cancelled: number;
            /**
             * Format: int64
             * @description Those to which the person came.
             */
            appointments_kept: number;
            /**
             * Format: int64
             * @description Those to which they did not.
             */
            appointments_missed: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes waited until the call.
             */
            average_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets called.
             */
            called: number;
            /**
             * Format: int64
             * @description Taken out by staff, or with their line.
             */
            cancelled: number;
            /**
             * Format: double
             * @description Mean of the stars that they gave, 1 to 5.
             */
            csat: number | null;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description How many said how it was.
             */
            feedback: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
             */
            nps: number | null;
            /**
             * Format: double
             * @description What half were served within.
             */
            p50_service_minutes: number | null;
            /**
             * Format: double
             * @description What half waited less than.
             */
            p50_wait_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: double
             * @description How many of a hundred were called within the wait that their service promised.
             */
            sla_met_percent: number | null;
            /**
             * Format: int64
             * @description Sent on to another line, service or counter.
             */
            transferred: number;
        };
        /** @description The figures of one site, line or service. */
        FiguresOfUuid: {
            /**
             * Format: double
             * @description How many of a hundred who were served or gone had left or did not come.
             */
            abandonment_percent: number | null;
            /**
             * Format: int64
             * @description Appointments booked for these days.
             */
            appointments: number;
            /**
             * Format: int64
             * @description Those that were called off.
             */
            appointments_cancelled: number;
            /**
             * Format: int64
             * @description Those to which the person came.
             */
            appointments_kept: number;
            /**
             * Format: int64
             * @description Those to which they did not.
             */
            appointments_missed: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes waited until the call.
             */
            average_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets called.
             */
            called: number;
            /**
             * Format: int64
             * @description Taken out by staff, or with their line.
             */
            cancelled: number;
            /**
             * Format: double
             * @description Mean of the stars that they gave, 1 to 5.
             */
            csat: number | null;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description How many said how it was.
             */
            feedback: number;
            /**
             * Format: uuid
             * @description Which.
             */
            id: string;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description Net promoter score, −100 to 100: of a hundred, how many more would recommend it than would not.
             */
            nps: number | null;
            /**
             * Format: double
             * @description What half were served within.
             */
            p50_service_minutes: number | null;
            /**
             * Format: double
             * @description What half waited less than.
             */
            p50_wait_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number | null;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: uuid
             * @description Where, for a line.
             */
            site_id: string | null;
            /** @description That site's name. */
            site_name: string | null;
            /**
             * Format: double
             * @description How many of a hundred were called within the wait that their service promised.
             */
            sla_met_percent: number | null;
            /**
             * Format: int64
             * @description Sent on to another line, service or counter.
             */
            transferred: number;
        };
        /** @description One page of a list. */
        FiguresOfUuidPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["FiguresOfUuid"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description The second step of a log-in. */
        Finish: {
            /** @description The app's code, or a recovery code. */
            code: string;
            /** @description What the first step answered. */
            second_step: string;
        };
        FinishWrapUp: {
            /**
             * @description The outcome's code.
             * @default null
             */
            outcome: string | null;
        };
        /** @description A manager's floor. */
        Floor: {
            /** @description The agents who work here now. */
            agents: components["schemas"]["FloorAgent"][];
            /** @description Calls that a display did not play, or played without a sound or a voice. */
            announcements_unheard: components["schemas"]["UnheardCall"][];
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description The counters. */
            counters: components["schemas"]["CounterView"][];
            /** @description Devices whose paper is low or at an end, or whose printer takes no tickets. */
            devices_paper: components["schemas"]["PaperDevice"][];
            /** @description Devices that are silent. */
            devices_silent: components["schemas"]["SilentDevice"][];
            /** @description Displays that chime and have no voice for their language; their calls are not named one by one. */
            devices_voiceless: components["schemas"]["VoicelessDevice"][];
            /** @description Why it is closed, in an emergency. */
            emergency: string | null;
            /**
             * @description Who should be here by the roster and has not come, the longest overdue first; empty for whoever may not read
             *     rosters.
             */
            late_shifts: components["schemas"]["LateShift"][];
            /** @description The lines, the worst first. */
            lines: components["schemas"]["FloorLine"][];
            /**
             * Format: date-time
             * @description When the next of the roster is late, unless they come.
             */
            next_late_at: string | null;
            /** @description Routing rules that asked for something that cannot be done; tickets were taken without them. */
            rules_failing: components["schemas"]["RuleFailure"][];
            /** @description Where. */
            site: components["schemas"]["BoardSite"];
            /** @description Visits that stopped between two services today and wait for staff. */
            stopped_visits: components["schemas"]["StoppedVisit"][];
            /** @description The strip at the top. */
            strip: components["schemas"]["Strip"];
        };
        /** @description An agent on the floor. */
        FloorAgent: {
            /** @description Where they sit. */
            counter_number: string | null;
            /**
             * Format: uuid
             * @description The agent.
             */
            id: string;
            /** @description Their name. */
            name: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
            /** @description Whether they take tickets. */
            status: components["schemas"]["AgentStatus"];
        };
        /** @description One line on the floor. */
        FloorLine: {
            /** @description What that forecast rests on: `declared` where nothing is known yet but how long its service takes. */
            basis: components["schemas"]["EstimateBasis"];
            /**
             * Format: date-time
             * @description When the first promise breaks, unless something changes; null once it is past.
             */
            breach_at: string | null;
            /**
             * Format: double
             * @description How likely it is that somebody in line, or who joins now, is not called within the target of their service: 0 to 1;
             *     null without a target, and where nobody waits. It is 1 where somebody waits whom nobody serves.
             */
            breach_chance: number | null;
            /**
             * Format: double
             * @description The median wait of somebody who joins now, for the first of its services that is served; null where none is.
             */
            forecast_p50: number | null;
            /**
             * Format: double
             * @description What nine in ten stay within.
             */
            forecast_p90: number | null;
            /** @description The number of the last who will still be served before closing. */
            last_served_before_close: string | null;
            /**
             * Format: double
             * @description How long the longest has waited, in minutes.
             */
            longest_minutes: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description How many stand there without a ticket beside them; they are part of every estimate.
             */
            outside_count: number;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: int64
             * @description From how many finished waits it was learned.
             */
            samples: number;
            /**
             * Format: int64
             * @description How many of those who wait have not said that they still come, and are probably gone.
             */
            silent: number;
            /** @description `ok`, `at_risk`, `broken` or `unserved`: then nobody serves any of the services that people wait for. */
            state: string;
            /** @description What to press. */
            suggestion: components["schemas"]["Suggestion"] | null;
            /**
             * Format: double
             * @description Within how many minutes people shall be called: each is judged by the target of their own service. Where services
             *     differ it is that of whoever's promise breaks first, and where nobody waits the shortest.
             */
            target_minutes: number | null;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description How many went from one service to another. */
        Flow: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /** @description Its name. */
            from_name: string;
            /**
             * Format: uuid
             * @description From this service.
             */
            from_service_id: string;
            /** @description `transfer`: the ticket was sent on; `visit`: another ticket followed. */
            how: string;
            /** @description Its name. */
            to_name: string;
            /**
             * Format: uuid
             * @description To this one.
             */
            to_service_id: string;
        };
        /** @description Who gets it. */
        ForWhom: {
            /**
             * Format: uuid
             * @description The customer; whoever asks when absent.
             * @default null
             */
            customer_id: string | null;
        };
        /** @description Whose password is forgotten. */
        Forgot: {
            /** @description The e-mail address. */
            email: string;
        };
        /** @description How it stands with a ticket's feedback. */
        Form: {
            /**
             * Format: int64
             * @description The scores that were given.
             * @example 5
             */
            csat: number | null;
            /**
             * Format: date-time
             * @description When something was said.
             */
            given_at: string | null;
            /**
             * Format: int64
             * @description The scores that were given.
             * @example 9
             */
            nps: number | null;
            /** @description Whether something can be said now. */
            open: boolean;
        };
        /** @enum {string} */
        Format: "json" | "csv" | "xlsx" | "pdf";
        /** @description What came of a request. */
        GraphqlAnswer: {
            /** @description What was asked for; absent when the request itself was wrong. */
            data?: unknown;
            /** @description What went wrong: `message`, `path`, and in `extensions` the `code` that REST has for it. */
            errors?: unknown[] | null;
        };
        /**
         * @description One request as a client sends it.
         * @example {
         *       "query": "query Line($id: ID!) { getQueue(id: $id) { name currentNumber estimatedWaitTime } }",
         *       "variables": {
         *         "id": "01890a5d-ac96-774b-bcce-b302099a8057"
         *       }
         *     }
         */
        GraphqlRequest: {
            /**
             * @description What a client says beyond the protocol; nothing is made of it.
             * @default null
             */
            extensions: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Which of the operations is meant.
             * @default null
             */
            operationName: string | null;
            /** @description The document: one operation, or several and the name of the one that is meant. */
            query: string;
            /**
             * @description The values of the operation's variables.
             * @default null
             */
            variables: {
                [key: string]: unknown;
            } | null;
        };
        /** @enum {string} */
        Grouping: "service" | "agent" | "hour" | "site";
        /** @description The answers of all checks. */
        HealthReport: {
            /** @description Each dependency, by name. */
            dependencies: components["schemas"]["DependencyHealth"][];
            /** @description The worst of them. */
            status: components["schemas"]["CheckState"];
        };
        /** @description What became of an announcement. */
        Heard: {
            /**
             * @description `spoken`; `chime_only` where no voice finished within eight seconds; `quiet` where quiet hours let none be heard;
             *     or `blocked` where there was no sound at all.
             */
            outcome: string;
        };
        /** @description Peak hours: how busy each hour of each weekday was. */
        HeatMap: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description The hours in which anything happened, Monday first. */
            hours: components["schemas"]["PeakHour"][];
            /** @description The days. */
            period: components["schemas"]["Period"];
        };
        HistoryActor: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string | null;
            /** @description `user`, `kiosk`, `system` … */
            kind: string;
        };
        /** @description One thing that happened to a ticket. */
        HistoryItem: {
            /** @description Who: the kind of actor and its id. */
            actor: components["schemas"]["HistoryActor"];
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description What. */
            kind: string;
            /** @description The facts. */
            payload: unknown;
            /** @description Why, in the words of whoever did it; null where nothing was said, or it was erased with the person. */
            reason: string | null;
        };
        /** @description One page of a list. */
        HistoryItemPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["HistoryItem"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Whether somebody is let in. */
        InOrOut: {
            /** @description `inactive` keeps them out. */
            status: components["schemas"]["MemberStatus"];
        };
        /** @description A person of the installation, for whoever runs it: who they are and where they belong. */
        InstallationUser: {
            /**
             * Format: date-time
             * @description When they registered.
             */
            created_at: string;
            /** @description Their e-mail address. */
            email: string;
            /** @description Whether they proved that the address is theirs. */
            email_verified: boolean;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When they last signed in.
             */
            last_sign_in_at: string | null;
            /** @description What they are called. */
            name: string;
            /** @description Whether they run the installation. */
            platform_admin: boolean;
            /** @description Whether they are let in anywhere. */
            status: components["schemas"]["UserStatus"];
            /** @description Where they belong. */
            tenants: components["schemas"]["BelongsTo"][];
            /** @description The name they sign in with. */
            username: string | null;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description One page of a list. */
        InstallationUserPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["InstallationUser"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        InvitationStatus: "invited" | "expired";
        /** @description A mailed token. */
        InvitationToken: {
            /** @description The token of the mail. */
            token: string;
        };
        /** @description An invitation as the API shows it: what the tenant itself said, and nothing of the person. */
        InvitationView: {
            /**
             * Format: uuid
             * @description The counter they would usually work at.
             */
            counter_id: string | null;
            /**
             * Format: date-time
             * @description When they were invited.
             */
            created_at: string;
            /** @description The address that was invited. */
            email: string;
            /**
             * Format: date-time
             * @description Until when they can accept.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description The roles they would have. */
            roles: string[];
            /** @description The sites they would be limited to; empty means all. */
            sites: string[];
            /** @description What they know how to do. */
            skills: string[];
            /** @description How it stands. */
            status: components["schemas"]["InvitationStatus"];
        };
        /** @description One page of a list. */
        InvitationViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["InvitationView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Who wants a ticket, and for what. */
        Issue: {
            /**
             * @description What the person needs.
             * @default null
             */
            assistance: string | null;
            /**
             * @description Through which door.
             * @default null
             */
            channel: components["schemas"]["Channel"] | null;
            /**
             * Format: uuid
             * @description The customer whose ticket it is; found by number or address, or new, when absent.
             * @default null
             */
            customer_id: string | null;
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description The language the person reads.
             * @default null
             */
            locale: string | null;
            /**
             * @description The person's name.
             * @default null
             */
            name: string | null;
            /**
             * @description A remark of staff.
             * @default null
             */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /**
             * @description The priority class.
             * @default null
             */
            priority: string | null;
            /**
             * @description Why that class.
             * @default null
             */
            priority_reason: string | null;
            /**
             * Format: uuid
             * @description The line; chosen among those that offer the service when absent.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description What for; when absent the queue's first service for which tickets are issued.
             * @default null
             */
            service_id: string | null;
            /**
             * @description Further services of this visit, in order.
             * @default []
             */
            service_ids: string[];
            /**
             * Format: uuid
             * @description Where, when no queue is named; the tenant's default site when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * @description Marks.
             * @default []
             */
            tags: string[];
        };
        /** @description The estimate that was given when a ticket was issued, in minutes. */
        IssuedEstimate: {
            /**
             * Format: double
             * @description The median.
             */
            p50: number;
            /**
             * Format: double
             * @description What nine in ten stay within.
             */
            p90: number;
        };
        /** @description Who joins, and for what. */
        Join: {
            /**
             * @description The code of a screen at the site, where the line asks for it.
             * @default null
             */
            join_code: string | null;
            /**
             * @description The person's name.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /** @description Where they are, where the line asks for it. It decides and is not kept. */
            position?: components["schemas"]["Position"] | null;
            /**
             * Format: uuid
             * @description The line; in the path where the path has one.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description What for; the queue's first service when absent.
             * @default null
             */
            service_id: string | null;
            /**
             * Format: uuid
             * @description For whom; only staff join others.
             * @default null
             */
            user_id: string | null;
        };
        /** @description Somebody who joins from their own phone, or at a kiosk. */
        Join2: {
            /**
             * @description What they need: a seat, a lift, an interpreter.
             * @default null
             */
            assistance: string | null;
            /**
             * @description The code of a screen at the site, where the line asks for it.
             * @default null
             */
            join_code: string | null;
            /**
             * @description The language they read.
             * @default null
             */
            locale: string | null;
            /**
             * @description Their name.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description How many people.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /** @description Where they are, where the line asks for it. It decides and is not kept. */
            position?: components["schemas"]["Position"] | null;
            /**
             * @description The priority class that they claim; staff may have to confirm it.
             * @default null
             */
            priority: string | null;
            /**
             * @description Why they claim it.
             * @default null
             */
            priority_reason: string | null;
            /**
             * Format: uuid
             * @description Into which line; the one with the shortest wait when absent.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * @description Further services of this visit, in order.
             * @default []
             */
            service_ids: string[];
        };
        /** @description The code that a screen shows for a while. */
        JoinCode: {
            /** @description The code, to be typed. */
            code: string;
            /**
             * Format: date-time
             * @description Until when it is shown; the screen then asks for the next.
             */
            until: string;
            /** @description The path that its QR code opens. */
            url: string;
        };
        /** @description A new ticket with what opens its page. */
        Joined: {
            /** @description Whether the page is to ask if the person still comes; `still_here` and `leave` answer it. */
            asks_still_coming: boolean;
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /**
             * Format: date-time
             * @description When it was called.
             */
            called_at: string | null;
            /** @description What the customer can do: `postpone`, `leave`, `coming`, `rejoin`, `undo_leave`, `still_here`. */
            can: string[];
            /** @description Why: `left`, `staff`, `expired`, `line_closed`, `missed`, `undone`, `served`. */
            cause: string | null;
            /** @description Why its line was closed, in the words of staff, where that ended it. */
            closed_because: string | null;
            /**
             * Format: int64
             * @description Within how many minutes to come.
             */
            come_within_minutes: number;
            /** @description Where to go. */
            counter: components["schemas"]["PageCounter"] | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /** @description How long it will still wait. */
            estimate: components["schemas"]["Estimate"] | null;
            /** @description What the estimates of the line were worth lately; null where that is not known. */
            estimates_kept: components["schemas"]["EstimatesKept"] | null;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /**
             * Format: int64
             * @description How many in line came later.
             */
            joined_after: number;
            /** @description Where the person stands whom staff moved, and why; null once they stand somewhere else by another way. */
            moved: components["schemas"]["Moved"] | null;
            /** @description The line it was moved to, by name. */
            moved_to: string | null;
            /** @description Whether it is time to come near: so few are before it that the line calls ahead. */
            near: boolean;
            /** @description What comes next in this visit, once this ticket was served. */
            next: components["schemas"]["PageNext"] | null;
            /** @description Its number. */
            number: string;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until: string | null;
            /**
             * Format: int64
             * @description How many are expected to come before it: those who are probably gone do not count.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1.
             */
            position: number | null;
            /** @description The line. */
            queue: components["schemas"]["Named"];
            /**
             * Format: int64
             * @description How often the call was repeated.
             */
            recalls: number;
            /**
             * Format: date-time
             * @description Until when a missed ticket may come back.
             */
            rejoin_until: string | null;
            /** @description Opens the ticket's page; nobody can guess it. */
            secret: string;
            /** @description What for. */
            service: components["schemas"]["Named"];
            /** @description Where. */
            site: components["schemas"]["PageSite"];
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Whose. */
            tenant: components["schemas"]["PageTenant"];
            /** @description The path of that page. */
            url: string;
            /** @description The member of staff who calls, where the person has an appointment with one. */
            with: string | null;
        };
        /** @description A place on the waitlist with what opens its page. */
        JoinedWaitlist: {
            /**
             * Format: int64
             * @description How many wait for the same and joined before; null when one does not wait.
             */
            ahead: number | null;
            /** @description What is offered, or was accepted. */
            appointment: components["schemas"]["PublicAppointment"] | null;
            /**
             * Format: date-time
             * @description They want a slot that begins at or after it.
             */
            from_at: string;
            /** @description Opens its page; nobody can guess it. */
            secret: string;
            /** @description What for. */
            service: components["schemas"]["ServiceView"];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
            /** @description Where they stand. */
            status: components["schemas"]["EntryState"];
            /**
             * Format: date-time
             * @description And before it.
             */
            until_at: string;
            /** @description The path of its page. */
            url: string;
        };
        /** @description One person's stay from step to step. */
        Journey: {
            /**
             * Format: date-time
             * @description When it began.
             */
            began_at: string;
            /**
             * Format: date-time
             * @description When its last step ended; absent while it goes on.
             */
            ended_at: string | null;
            /**
             * Format: double
             * @description From the first to the last, in minutes.
             */
            minutes: number | null;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description The steps in order. */
            steps: components["schemas"]["JourneyStep"][];
            /**
             * Format: uuid
             * @description The visit; absent for a ticket that is part of none.
             */
            visit_id: string | null;
        };
        /** @description A ticket's time in one line. */
        JourneyStep: {
            /**
             * Format: uuid
             * @description The agent.
             */
            agent_id: string | null;
            /**
             * Format: date-time
             * @description When it was called.
             */
            called_at: string | null;
            /**
             * Format: uuid
             * @description The counter.
             */
            counter_id: string | null;
            /** @description How; absent while it goes on. */
            end: components["schemas"]["LegEnd"] | null;
            /**
             * Format: date-time
             * @description When this step ended.
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it began to wait.
             */
            entered_at: string;
            /** @description Its number. */
            number: string;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /** @description Its name. */
            queue_name: string;
            /**
             * Format: uuid
             * @description The service.
             */
            service_id: string;
            /**
             * Format: double
             * @description Minutes served.
             */
            service_minutes: number | null;
            /** @description Its name. */
            service_name: string;
            /**
             * Format: date-time
             * @description When service began.
             */
            started_at: string | null;
            /**
             * Format: uuid
             * @description The ticket.
             */
            ticket_id: string;
            /**
             * Format: double
             * @description Minutes waited until the call.
             */
            wait_minutes: number | null;
        };
        /** @description Where people go from one service to another. */
        Journeys: {
            /** @description The most frequent first, at most 200. */
            flows: components["schemas"]["Flow"][];
            /** @description The first day. */
            from: string;
            /** @description The last day. */
            to: string;
        };
        /** @description Which action is meant, as the caller's console names it (`undo`): what is absent may be any. */
        LastAction: {
            /**
             * @description The operation.
             * @default null
             */
            operation: string | null;
            /**
             * Format: uuid
             * @description The ticket that was acted on last.
             * @default null
             */
            ticket_id: string | null;
        };
        /** @enum {string} */
        LateRule: "slot" | "arrival";
        /** @description Somebody who should be here by the roster and has not come. */
        LateShift: {
            /**
             * Format: date-time
             * @description Until when.
             */
            ends_at: string;
            /**
             * Format: uuid
             * @description The shift.
             */
            id: string;
            /**
             * Format: date-time
             * @description From when they should be here.
             */
            starts_at: string;
            /**
             * Format: uuid
             * @description Who.
             */
            user_id: string;
            /** @description What they are called. */
            user_name: string;
        };
        /** @description The answer to feedback as zeroQ documents it. */
        Learned: {
            /**
             * Format: double
             * @description What a service was taken to take, in minutes.
             */
            avg_service_time_used: number;
            /**
             * Format: double
             * @description The wait that was learned from, in minutes.
             */
            eta_feedback: number;
            /** @description The service as it was named. */
            service_type: string;
            /** @description That it was learned from. */
            status: string;
            /**
             * Format: int64
             * @description How many rows that were.
             */
            trained_on_rows: number;
        };
        /** @description A block of numbers that a kiosk may print. */
        Lease: {
            /** @description The business day on which it is good. */
            day: string;
            /**
             * Format: int64
             * @description The first number.
             */
            first: number;
            /**
             * Format: int64
             * @description For how many seconds from now it is good: until that day is over, which a site's hours may put past midnight.
             */
            good_for_seconds: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description The last number.
             */
            last: number;
            /** @description The numbers as they are printed, in order. */
            numbers: string[];
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /** @description The paths of the tickets' pages, in the same order; each opens once its ticket was uploaded. */
            urls: string[];
        };
        /** @description Which ticket leaves. */
        Leave: {
            /**
             * Format: uuid
             * @description The ticket; the caller's own in this line when absent.
             * @default null
             */
            ticket_id: string | null;
        };
        /** @enum {string} */
        LegEnd: "served" | "no_show" | "left" | "expired" | "cancelled" | "transferred";
        /** @enum {string} */
        Level: "error" | "warn" | "info" | "debug" | "trace";
        /** @description How things stand at this moment. */
        LineNow: {
            /**
             * Format: int64
             * @description Counters there are.
             */
            counters: number;
            /**
             * Format: int64
             * @description Counters that are open.
             */
            counters_open: number;
            /**
             * Format: double
             * @description How long the one who waits longest has waited, in minutes.
             */
            longest_wait_minutes: number;
            /**
             * Format: int64
             * @description How many are at a counter.
             */
            serving: number;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description The same, and which issuer it was. */
        Link: {
            /** @description Traded for the person's token, once. */
            code: string;
            /** @description The issuer's name in paths. */
            provider: string;
            /** @description What this installation sent along. */
            state: string;
        };
        /** @description An account elsewhere that opens an account here. */
        LinkedAccount: {
            /**
             * Format: date-time
             * @description When it was connected.
             */
            created_at: string;
            /** @description The address that they had there when it was connected. */
            email: string;
            /**
             * Format: uuid
             * @description Its id here.
             */
            id: string;
            /** @description By which button. */
            provider: string;
        };
        /** @description One page of a list. */
        LinkedAccountPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["LinkedAccount"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        Listing: "newest" | "line";
        /** @description One remembered line. */
        LogLine: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Its fields, as `name=value`. */
            fields: string;
            /** @description `error`, `warn`, `info`, `debug` or `trace`. */
            level: string;
            /** @description The text. */
            message: string;
            /**
             * Format: uint64
             * @description Its number; grows by one a line.
             */
            n: number;
            /** @description The part of the product that wrote it. */
            target: string;
        };
        /** @description A session that was opened or refreshed. */
        LoginAnswer: {
            /** @description The same. */
            accessToken: string;
            /** @description The access token, sent as `Authorization: Bearer`. */
            access_token: string;
            /**
             * Format: int64
             * @description The same.
             */
            expiresIn: number;
            /**
             * Format: int64
             * @description How long the access token is good, in seconds.
             */
            expires_in: number;
            /** @description The same. */
            refreshToken: string | null;
            /** @description Trades for the next access token, once; null for long-lived tokens. */
            refresh_token: string | null;
            /**
             * Format: date-time
             * @description When the session ends unless it is refreshed.
             */
            session_expires_at: string;
            /**
             * Format: uuid
             * @description The session.
             */
            session_id: string;
            /** @description Always true here; refusals say false. */
            success: boolean;
            /** @description To be sent as `Authorization: Bearer` (or `Token`, see `token_type`). */
            token: string;
            /** @description How `token` is sent: `Bearer` or `Token`. */
            token_type: string;
            /** @description The person. */
            user: components["schemas"]["UserView"];
        };
        /** @description The latest lines of the log. */
        Logs: {
            /** @description Newest first. */
            items: components["schemas"]["LogLine"][];
        };
        /** @description A day's losses. */
        LossDay: {
            /** @description Which. */
            date: string;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description How many of a hundred were lost.
             */
            percent: number | null;
            /**
             * Format: int64
             * @description Served.
             */
            served: number;
        };
        /** @description An hour's losses. */
        LossHour: {
            /**
             * Format: uint8
             * @description 0 to 23, in the sites' own time.
             */
            hour: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description How many of a hundred were lost.
             */
            percent: number | null;
        };
        /** @description The people of a tenant in numbers, and their machines. */
        Machines: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description How many by the most telling of their roles. */
            by_role: {
                [key: string]: number;
            };
            /** @description How many by whether they are let in. */
            by_status: {
                /** Format: int64 */
                active?: number;
                /** Format: int64 */
                deleted?: number;
                /** Format: int64 */
                inactive?: number;
            };
            /** @description The kiosks, displays and tills of the sites. */
            devices: components["schemas"]["SiteMachine"][];
            /** @description What staff are signed in with, the last used first; at most 200. */
            sessions: components["schemas"]["StaffMachine"][];
            /**
             * Format: int64
             * @description How many people there are.
             */
            total: number;
        };
        /** @description A mailed token. */
        MailedToken: {
            /** @description The token of the mail. */
            token: string;
        };
        /** @description What a counter found. */
        MaybeToken: components["schemas"]["Token"] | {
            /** @description Null. */
            token_id: null;
        };
        /** @description A picture or film of a display. */
        MediaItem: {
            /** @description What is on it, in words. */
            alt?: string;
            /** @description What it is; told by its address when absent. */
            kind?: components["schemas"]["MediaKind"];
            /**
             * Format: double
             * @description For how many seconds it is shown.
             */
            seconds?: number;
            /** @description Its address: by TLS, or a path of this installation. */
            url: string;
        };
        /** @enum {string} */
        MediaKind: "image" | "video";
        /** @description A change of a membership; what is absent stays. */
        MemberChange: {
            /**
             * Format: uuid
             * @description The counter they usually work at.
             */
            counter_id?: string | null;
            /**
             * @description One role; `roles` names several.
             * @default null
             */
            role: string | null;
            /**
             * @description The roles.
             * @default null
             */
            roles: string[] | null;
            /**
             * @description The sites they are limited to; empty means all.
             * @default null
             */
            sites: string[] | null;
            /**
             * @description What they know how to do, as a whole.
             * @default null
             */
            skills: string[] | null;
            /**
             * @description Whether the membership counts.
             * @default null
             */
            status: components["schemas"]["MemberStatus"] | null;
        };
        /** @enum {string} */
        MemberStatus: "active" | "inactive";
        /** @description A membership as the API shows it; document 000 calls it staff. */
        MemberView: {
            /**
             * Format: uuid
             * @description The counter they usually work at.
             */
            counter_id: string | null;
            /**
             * Format: date-time
             * @description When they joined.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The membership's id.
             */
            id: string;
            /**
             * Format: uuid
             * @description The tenant's id, as document 000 names it.
             */
            organization_id: string;
            /** @description The most telling role. */
            role: string;
            /** @description The roles. */
            roles: string[];
            /** @description The sites they are limited to; empty means all. */
            sites: string[];
            /** @description What they know how to do; services ask for it. */
            skills: string[];
            /** @description Whether it counts. */
            status: components["schemas"]["MemberStatus"];
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** @description The person. */
            user: components["schemas"]["PersonBrief"];
            /**
             * Format: uuid
             * @description The person's id.
             */
            user_id: string;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description One page of a list. */
        MemberViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["MemberView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description What to merge. */
        Merge: {
            /**
             * Format: uuid
             * @description The record that goes into this one.
             */
            duplicate_id: string;
        };
        /** @enum {string} */
        Metric: "issued" | "called" | "served" | "no_shows" | "left" | "expired" | "cancelled" | "transferred" | "abandonment_percent" | "average_wait_minutes" | "p50_wait_minutes" | "p90_wait_minutes" | "average_service_minutes" | "p50_service_minutes" | "p90_service_minutes" | "sla_met_percent" | "handling_hours" | "open_hours" | "present_hours" | "break_hours" | "idle_hours" | "served_per_hour" | "feedback" | "csat" | "nps" | "points_earned" | "points_spent" | "rewards" | "appointments" | "appointments_kept" | "appointments_missed" | "appointments_cancelled" | "appointments_moved" | "waitlist_offers" | "waitlist_taken";
        /** @description To when. */
        Move: {
            /**
             * Format: uuid
             * @description With whom; with whoever is free when absent.
             * @default null
             */
            staff_id: string | null;
            /**
             * Format: date-time
             * @description When it shall begin.
             */
            starts_at: string;
        };
        /** @description Where a manager puts a ticket. */
        Move2: {
            /**
             * Format: uuid
             * @description Right before this ticket.
             * @default null
             */
            before_ticket_id: string | null;
            /**
             * Format: uint32
             * @description To this place, counted from 1; the end when neither is given.
             * @default null
             */
            position: number | null;
            /**
             * Format: uuid
             * @description Into this line; its own when absent.
             * @default null
             */
            queue_id: string | null;
            /**
             * @description Why; the person reads it on their page.
             * @default
             */
            reason: string;
        };
        /** @description How staff last moved a ticket; gone once it stands somewhere else by another way. */
        Moved: {
            /** @description Where the person stands since then. */
            place: components["schemas"]["MovedPlace"];
            /** @description Why, in the words of staff; its holder reads it. */
            reason: string | null;
        };
        /** @enum {string} */
        MovedPlace: "kept" | "anew" | "chosen";
        /** @description A name with an id. */
        Named: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description What a new API key is made of. */
        NewApiKey: {
            /**
             * Format: date-time
             * @description When it ends by itself; never when absent.
             * @default null
             */
            expires_at: string | null;
            /** @description What it is for. */
            name: string;
            /** @description What it may do; nothing that its creator may not. */
            scopes: string[];
            /**
             * @description The sites it is limited to; empty means all.
             * @default []
             */
            sites: string[];
        };
        /** @description A slot to be booked, and for whom. */
        NewAppointment: {
            /**
             * Format: uuid
             * @description The person, where known; only staff book for others.
             * @default null
             */
            customer_id: string | null;
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description Whether it is for somebody else than who is signed in: then it is that person's, who is known by the number or the
             *     address given here, and whoever books sees it among their own. Staff always book for others.
             * @default false
             */
            for_other: boolean;
            /**
             * @description Only hold it for some minutes.
             * @default false
             */
            hold: boolean;
            /**
             * @description The language the person reads.
             * @default null
             */
            locale: string | null;
            /**
             * @description The person's name.
             * @default null
             */
            name: string | null;
            /**
             * @description What is to be remembered.
             * @default null
             */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people; 1 when absent.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /**
             * @description How it comes back.
             * @default null
             */
            repeat: components["schemas"]["Repeat"] | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * Format: uuid
             * @description With whom; with anybody when absent.
             * @default null
             */
            staff_id: string | null;
            /**
             * Format: date-time
             * @description When it begins: the beginning of a free slot.
             */
            starts_at: string;
        };
        /** @description Somebody with an account who is to be invited. */
        NewInvitation: {
            /**
             * Format: uuid
             * @description The counter they are usually to work at.
             * @default null
             */
            counter_id: string | null;
            /**
             * @description Their e-mail address.
             * @default
             */
            email: string;
            /**
             * @description One role; `roles` names several.
             * @default null
             */
            role: string | null;
            /**
             * @description The roles; `agent` when neither is given.
             * @default null
             */
            roles: string[] | null;
            /**
             * @description The sites they are to be limited to; empty means all.
             * @default []
             */
            sites: string[];
            /**
             * @description What they know how to do.
             * @default []
             */
            skills: string[];
        };
        /** @description A person to be made a member: somebody known by id or address, or somebody new. */
        NewMember: {
            /**
             * Format: uuid
             * @description The counter they usually work at.
             * @default null
             */
            counter_id: string | null;
            /**
             * @description Their e-mail address; a new person is created when nobody has it.
             * @default null
             */
            email: string | null;
            /**
             * @description What a new person is called.
             * @default null
             */
            name: string | null;
            /**
             * @description A new person's password; without one they get a mail in which to choose it.
             * @default null
             */
            password: string | null;
            /**
             * @description A new person's telephone number.
             * @default null
             */
            phone: string | null;
            /**
             * @description One role; `roles` names several.
             * @default null
             */
            role: string | null;
            /**
             * @description The roles; `agent` when neither is given.
             * @default null
             */
            roles: string[] | null;
            /**
             * @description The sites they are limited to; empty means all.
             * @default []
             */
            sites: string[];
            /**
             * @description What they know how to do.
             * @default []
             */
            skills: string[];
            /**
             * Format: uuid
             * @description A person who is known already.
             * @default null
             */
            user_id: string | null;
            /**
             * @description The name a new person signs in with.
             * @default null
             */
            username: string | null;
        };
        NewNote: {
            /** @description What. */
            text: string;
        };
        /** @description A device that shows no code to pair it by: a printer. */
        NewPrinter: {
            /**
             * @description How it is set up, with its `printer_address`.
             * @default {}
             */
            config: components["schemas"]["DeviceConfig"];
            /** @description What people call it. */
            name: string;
            /**
             * Format: uuid
             * @description Where it stands; the tenant's default site when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * @description What it is: `printer`, also when absent. Whatever has a screen shows a code and is paired by that.
             * @default null
             */
            type: components["schemas"]["DeviceType"] | null;
        };
        /** @description What a new role is made of. */
        NewRole: {
            /**
             * @description What it is for.
             * @default
             */
            description: string;
            /** @description Its name: 2 to 40 letters a–z, digits and underscores. */
            name: string;
            /** @description What it permits; nothing that its creator may not. */
            scopes: string[];
        };
        /** @description What a new tenant is made of. */
        NewTenant: {
            /**
             * @description Everything else, each with a default.
             * @default null
             */
            address: string | null;
            /**
             * @description Its colours and logo.
             * @default null
             */
            branding: components["schemas"]["BrandingInput"] | null;
            /**
             * @description Where it can be written to.
             * @default null
             */
            contact_email: string | null;
            /**
             * @description Its currency; `EUR` when absent.
             * @default null
             */
            currency: components["schemas"]["Currency"] | null;
            /**
             * @description The language of those who have not chosen one; `en` when absent.
             * @default null
             */
            default_locale: string | null;
            /**
             * @description Whether it is shown in the public list of tenants; it is, when absent.
             * @default null
             */
            listed: boolean | null;
            /**
             * @description The languages its screens offer; the default one alone when absent.
             * @default null
             */
            locales: string[] | null;
            /**
             * @description Address of its logo.
             * @default null
             */
            logo_url: string | null;
            /** @description Its name. */
            name: string;
            /**
             * @description Where it can be called.
             * @default null
             */
            phone_number: string | null;
            /**
             * @description Choices of this tenant by name.
             * @default null
             */
            settings: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Its short name; made from the name when absent.
             * @default null
             */
            slug: string | null;
            /**
             * @description Its time zone; `UTC` when absent.
             * @default null
             */
            timezone: string | null;
        };
        NewToken: {
            /** @description Who for. */
            customer_info?: components["schemas"]["CustomerInfo"] | null;
            /**
             * @description The code of a screen, where the line asks for it.
             * @default null
             */
            join_code: string | null;
            /** @description Where the person is, where the line asks for it. */
            position?: components["schemas"]["Position"] | null;
            /**
             * @description A slot to book, where the service takes appointments.
             * @default null
             */
            preferred_slot: string | null;
            /**
             * Format: uuid
             * @description Into which line.
             * @default null
             */
            queue_id: string | null;
            /** @description What for: the service's id, code or name. */
            service_id: string;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent.
             * @default null
             */
            site_id: string | null;
        };
        /** @description What became of the next step of a visit: its ticket, or why there is none. */
        NextStepView: {
            /** @description The code of the refusal, when none could be issued. */
            code: string | null;
            /** @description Its number. */
            number: string | null;
            /** @description That refusal in words. */
            reason: string | null;
            /**
             * Format: uuid
             * @description The service.
             */
            service_id: string;
            /** @description Its name. */
            service_name: string;
            /**
             * Format: uuid
             * @description The ticket that was issued for it.
             */
            ticket_id: string | null;
        };
        /** @description A remark of a member of staff. */
        Note: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description By whom: a user's id, or the kind of another actor. */
            by: string;
            /** @description What. */
            text: string;
        };
        /** @enum {string} */
        Op: "call" | "recall" | "start_service" | "pause" | "resume" | "close" | "wrap_up" | "finish_wrap_up" | "skip" | "mark_no_show" | "reinstate" | "park" | "unpark" | "transfer" | "postpone" | "move" | "reprioritise" | "confirm_priority" | "cancel" | "undo_leave" | "expire";
        /** @description One way in which a service can end. */
        Outcome: {
            /** @description A short code: "approved". */
            code: string;
            /** @description What the agent reads. */
            label: string;
        };
        /** @description By how many people without a ticket a line has changed. */
        OutsideChange: {
            /**
             * Format: int64
             * @description How many more; fewer where it is negative.
             * @example 1
             */
            change: number;
        };
        /** @description A line after its people without a ticket were counted. */
        OutsideCount: {
            /**
             * Format: int64
             * @description The whole line, those with a ticket too.
             */
            length: number;
            /**
             * Format: int64
             * @description How many stand there without a ticket.
             */
            outside_count: number;
        };
        /** @description A change of one's own record: what is absent stays. */
        OwnChange: {
            /** @description What one says to purposes; the others stay. */
            consents?: {
                [key: string]: components["schemas"]["OwnConsent"];
            } | null;
            /**
             * @description The language one reads.
             * @example en
             */
            locale?: string | null;
            /**
             * @description What one is called here.
             * @default null
             * @example Ana Example
             */
            name: string | null;
            /**
             * @description Whether one wants to be reached on a channel; null takes what one said away.
             * @default null
             */
            preferences: {
                email?: boolean | null;
                in_app?: boolean | null;
                push?: boolean | null;
                sms?: boolean | null;
                whatsapp?: boolean | null;
            } | null;
        };
        /** @description What one says to one purpose. */
        OwnConsent: {
            /** @description When it was said: ignored, it is now. */
            readonly at?: unknown;
            /** @description Whether one agrees. */
            granted: boolean;
            /** @description How it came: ignored, it comes from oneself. */
            readonly source?: unknown;
        };
        /** @description A device, where it stands and whose it is. */
        OwnDevice: {
            /** @description The device. */
            device: components["schemas"]["DeviceView"];
            /** @description Where it stands. */
            site: components["schemas"]["SiteView"];
            /** @description Whose it is. */
            tenant: components["schemas"]["OwnTenant"];
        };
        /** @description One's own record: what the tenant keeps of whoever asks, without what only staff read. */
        OwnRecord: {
            /** @description What one agreed to, by purpose. */
            consents: {
                [key: string]: components["schemas"]["Consent"];
            };
            /**
             * Format: uuid
             * @description The record; null until there is one: the first change or ticket makes it.
             */
            customer_id: string | null;
            /**
             * @description One's e-mail address.
             * @example ana@home.example
             */
            email: string | null;
            /**
             * @description The language one reads.
             * @example en
             */
            locale: string | null;
            /**
             * @description What one is called here.
             * @example Ana Example
             */
            name: string;
            /**
             * @description One's telephone number, E.164.
             * @example +49301234567
             */
            phone: string | null;
            /** @description Whether one wants to be reached on a channel, where one said so. */
            preferences: {
                email?: boolean;
                in_app?: boolean;
                push?: boolean;
                sms?: boolean;
                whatsapp?: boolean;
            };
            /**
             * Format: date-time
             * @description When it was last changed; null until there is a record.
             */
            updated_at: string | null;
            /**
             * Format: int64
             * @description Grows with each change; 0 until there is a record.
             */
            version: number;
        };
        /** @description What a device shows of its tenant. */
        OwnTenant: {
            branding: components["schemas"]["Branding"];
            locale: string;
            locales: string[];
            name: string;
            slug: string;
        };
        /** @description Where to go. */
        PageCounter: {
            /** @description The counter's name. */
            name: string;
            /** @description The label on the sign. */
            number: string;
        };
        /** @description What comes next in a visit: the ticket for it, or that there is none yet. */
        PageNext: {
            /** @description The code of the refusal, where no ticket could be issued. */
            code: string | null;
            /** @description The number of its ticket; null when none could be issued and staff have to help. */
            number: string | null;
            /** @description That refusal in English words, for programs; pages say the code in their reader's language. */
            reason: string | null;
            /** @description The service. */
            service: components["schemas"]["Named"];
            /** @description The path of that ticket's page. */
            url: string | null;
        };
        /** @description The site on a ticket's page. */
        PageSite: {
            /** @description Its postal address. */
            address: string | null;
            /** @description Why it is closed in an emergency, in the words of staff; null while it is not. Nothing is estimated meanwhile. */
            closed: string | null;
            /** @description Its name. */
            name: string;
            /** @description Its short name. */
            slug: string;
            /** @description Its time zone. */
            timezone: string;
        };
        /** @description The tenant on a ticket's page. */
        PageTenant: {
            /** @description Its colours and logo. */
            branding: components["schemas"]["Branding"];
            /** @description Its name. */
            name: string;
            /** @description Its short name. */
            slug: string;
        };
        /** @description What a member enters to pair a device. */
        PairDevice: {
            /** @description The code that the device shows. */
            code: string;
            /**
             * @description How it is set up.
             * @default {}
             */
            config: components["schemas"]["DeviceConfig"];
            /**
             * @description What people call it; its type when absent.
             * @default null
             */
            name: string | null;
            /**
             * Format: uuid
             * @description Where it stands; the tenant's default site when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * @description What it is; what the device said of itself when absent, else a kiosk.
             * @default null
             */
            type: components["schemas"]["DeviceType"] | null;
        };
        /** @description What a waiting device says of itself, for who is about to pair it. */
        PairingShown: {
            /**
             * Format: date-time
             * @description Until when the code can be entered.
             */
            expires_at: string;
            /** @description What it is; null where it does not say. */
            type: components["schemas"]["DeviceType"] | null;
        };
        /** @description What a device gets that asks to be paired. */
        PairingStarted: {
            /** @description What it shows, for a member to enter: 8 letters without I, O, 0 and 1. */
            code: string;
            /** @description What it asks with whether somebody has; a secret. */
            device_code: string;
            /**
             * Format: date-time
             * @description Until when the code can be entered.
             */
            expires_at: string;
        };
        /** @enum {string} */
        Paper: "ok" | "low" | "out";
        /** @description A device that prints nothing, or soon will not. */
        PaperDevice: {
            /**
             * Format: uuid
             * @description The device.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description How its paper stands. */
            paper: components["schemas"]["Paper"];
            /** @description Whether its network printer, or the printer that it is, takes tickets. */
            printer: components["schemas"]["PrinterState"];
        };
        Park: {
            /**
             * Format: int64
             * @description For how long.
             */
            minutes: number;
        };
        /** @description One of a person's tickets. */
        PastTicket: {
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /** @description Its number. */
            number: string;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /** @description The line's name. */
            queue_name: string;
            /**
             * Format: uuid
             * @description The service.
             */
            service_id: string;
            /**
             * Format: double
             * @description Minutes served.
             */
            service_minutes: number | null;
            /** @description The service's name. */
            service_name: string;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /**
             * Format: uuid
             * @description Which.
             */
            ticket_id: string;
            /**
             * Format: double
             * @description Minutes waited until the call.
             */
            wait_minutes: number | null;
        };
        /** @description An hour of a weekday. */
        PeakHour: {
            /**
             * Format: double
             * @description Mean minutes waited.
             */
            average_wait_minutes: number | null;
            /**
             * Format: uint8
             * @description 0 to 23, in the sites' own time.
             */
            hour: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number | null;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: int8
             * @description 0 is Monday.
             */
            weekday: number;
        };
        /** @description How much the installation got done for the tenant. */
        Performance: {
            /**
             * Format: double
             * @description How many were served in an hour in which anybody was.
             */
            throughputPerHour: number | null;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            ticketsIssued: number;
            /**
             * Format: int64
             * @description Tickets served.
             */
            ticketsServed: number;
        };
        /** @description Whole days of the local calendar, both ends included. */
        Period: {
            /** @description The first day. */
            from: string;
            /** @description The last day. */
            to: string;
        };
        /** @enum {string} */
        PeriodWord: "today" | "yesterday" | "week" | "month" | "quarter" | "year";
        /** @description The person behind a membership, in few words. */
        PersonBrief: {
            /** @description Their e-mail address. */
            email: string;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /** @description What they are called. */
            name: string;
            /** @description Their telephone number. */
            phone: string | null;
            /** @description The name they sign in with. */
            username: string | null;
        };
        /** @description A change of a person's record; what is absent stays. */
        PersonChange: {
            /**
             * @description The e-mail address; it counts as unproved until it is verified again.
             * @default null
             */
            email: string | null;
            /** @description The language they read. */
            locale?: string | null;
            /**
             * @description What they are called.
             * @default null
             */
            name: string | null;
            /** @description The telephone number, with the country's prefix. */
            phone?: string | null;
            /**
             * @description Preferences to set by name; null takes one away.
             * @default null
             */
            preferences: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Their role in this tenant.
             * @default null
             */
            role: string | null;
            /** @description The name to sign in with. */
            username?: string | null;
        };
        /** @description The figures of one person. */
        PersonFigures: {
            /**
             * Format: double
             * @description Mean minutes that they were served.
             */
            average_service_minutes: number | null;
            /**
             * Format: double
             * @description Mean minutes that they waited.
             */
            average_wait_minutes: number | null;
            /** @description What happened outside with them in the period. */
            events: components["schemas"]["TrackedCount"][];
            /** @description Their tickets, the newest first. */
            history: components["schemas"]["PastTicket"][];
            /**
             * Format: int64
             * @description Of those, how many they left or did not come to.
             */
            missed: number;
            /**
             * Format: int64
             * @description Of those, how many were served.
             */
            served: number;
            /**
             * Format: int64
             * @description Tickets that they took, among the newest 200.
             */
            tickets: number;
            /**
             * Format: uuid
             * @description Who.
             */
            user_id: string;
            /** @description Their work in the period, where they serve. */
            work: components["schemas"]["AgentFigures"] | null;
        };
        /** @description What a device says of itself while it runs. */
        Ping: {
            [key: string]: unknown;
        };
        /** @description Whose a place is. */
        PlaceTenant: {
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description How many sites it shows in all.
             */
            sites: number;
            /** @description Its short name. */
            slug: string;
        };
        /** @description Where an appointment is, as anybody may know. */
        PlaceView: {
            /** @description Its address. */
            address: string | null;
            /** @description Its name. */
            name: string;
            /** @description The site's short name. */
            slug: string;
            /** @description The tenant's short name. */
            tenant: string;
            /** @description Its time zone. */
            timezone: string;
        };
        /** @enum {string} */
        PlanBasis: "roster" | "seats";
        /** @description How somebody stands, as the API shows it. */
        Points: {
            /**
             * Format: int64
             * @description What can be spent now.
             * @example 25
             */
            available: number;
            /**
             * Format: uuid
             * @description The customer; null for whoever has no record yet.
             */
            customer_id: string | null;
            /** @description What expires next, the soonest first; at most ten. */
            expiring: components["schemas"]["Expiring"][];
            /**
             * Format: int64
             * @description All that was ever earned.
             */
            lifetime: number;
            /** @description The next level. */
            next_tier: components["schemas"]["TierView"] | null;
            /**
             * Format: int64
             * @description What can be spent later.
             */
            pending: number;
            /** @description The level. */
            tier: components["schemas"]["TierView"] | null;
        };
        /** @description What a waiting device is told. */
        Poll: {
            /** @description The device. */
            device?: components["schemas"]["DeviceView"] | null;
            /** @description Whether somebody has entered the code. */
            paired: boolean;
            /** @description The device's credential, this once. */
            token?: string | null;
        };
        /** @description Where somebody says they are. It decides and is then forgotten. */
        Position: {
            /**
             * Format: double
             * @description How far the true place may be from it, in metres; up to 200 count in the person's favour.
             * @default null
             */
            accuracy: number | null;
            /**
             * Format: double
             * @description Degrees north of the equator.
             */
            latitude: number;
            /**
             * Format: double
             * @description Degrees east of Greenwich.
             */
            longitude: number;
        };
        /** @description How long a customer lets others go first. */
        Postpone: {
            /**
             * Format: uint32
             * @description Back in so many minutes: nobody calls the ticket before that, it is parked and then has its old place again.
             * @default null
             */
            minutes: number | null;
            /**
             * Format: uint32
             * @description Behind so many people: the ticket still waits.
             * @default null
             */
            places: number | null;
        };
        /** @description A ticket that a kiosk printed while it was offline. */
        Printed: {
            /**
             * @description What they need: a seat, a lift, an interpreter.
             * @default null
             */
            assistance: string | null;
            /**
             * Format: date-time
             * @description When it was printed.
             */
            issued_at: string;
            /**
             * @description The language the person reads.
             * @default null
             */
            locale: string | null;
            /**
             * @description The person's name.
             * @default null
             */
            name: string | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: int64
             * @description The bare number from the block.
             */
            value: number;
        };
        /** @enum {string} */
        PrinterState: "ok" | "away";
        /** @description What a kiosk printed while it was offline. */
        Printout: {
            /** @description The tickets, in the order in which they were printed. */
            tickets: components["schemas"]["Printed"][];
        };
        /** @description One priority class. */
        PriorityClass: {
            /**
             * @description Whether staff must confirm it before it counts.
             * @default false
             */
            confirm: boolean;
            /**
             * Format: double
             * @description By how many minutes it is treated as having come earlier: the most anybody can be overtaken by.
             * @default 0
             */
            head_start_minutes: number;
            /**
             * @description Whether a reason must be given.
             * @default false
             */
            reason_required: boolean;
            /**
             * @description Whether it always comes before every lower class, however long those have waited.
             * @default false
             */
            strict: boolean;
        };
        /** @description One priority class. */
        PriorityClassInput: {
            /**
             * @description Whether staff must confirm it before it counts.
             * @default false
             */
            confirm: boolean;
            /**
             * Format: double
             * @description By how many minutes it is treated as having come earlier: the most anybody can be overtaken by.
             * @default 0
             */
            head_start_minutes: number;
            /**
             * @description Whether a reason must be given.
             * @default false
             */
            reason_required: boolean;
            /**
             * @description Whether it always comes before every lower class, however long those have waited.
             * @default false
             */
            strict: boolean;
        };
        /** @description The priority classes of a service. */
        PriorityRules: {
            /**
             * @description The classes beside "normal", by name.
             * @default {}
             */
            classes: {
                [key: string]: components["schemas"]["PriorityClass"];
            };
        };
        /** @description The priority classes of a service. */
        PriorityRulesInput: {
            /**
             * @description The classes beside "normal", by name.
             * @default {}
             */
            classes: {
                [key: string]: components["schemas"]["PriorityClassInput"];
            };
        };
        /** @description A ticket's priority. */
        PriorityView: {
            /** @description The class; "normal" for none. */
            class: string;
            /** @description Whether it counts. */
            confirmed: boolean;
            /** @description Why. */
            reason: string | null;
        };
        /** @description An RFC 9457 problem answer. Further members depend on the code. */
        Problem: {
            /** @description A stable code for programs. */
            code: string;
            /** @description What is wrong, for a person. */
            detail: string;
            /** @description The same as `detail`. */
            error: string;
            errors: {
                code: string;
                /** @description The field, such as `holidays[0].date`. */
                field: string;
                message: string;
            }[];
            /** @description How many wrong fields are not listed; the first 20 are. */
            more_errors?: number;
            /** @description The HTTP status. */
            status: number;
            /** @constant */
            success: false;
            /** @description A short text, the same for every refusal of a kind. */
            title: string;
            /** @description The code as a URN. */
            type: string;
        };
        /** @description A change of one's own profile; what is absent stays. */
        ProfileChange: {
            /**
             * @description The e-mail address; it counts as unproved until it is verified again.
             * @default null
             */
            email: string | null;
            /** @description The language they read. */
            locale?: string | null;
            /**
             * @description What they are called.
             * @default null
             */
            name: string | null;
            /** @description The telephone number, with the country's prefix. */
            phone?: string | null;
            /**
             * @description Preferences to set by name; null takes one away.
             * @default null
             */
            preferences: {
                [key: string]: unknown;
            } | null;
            /** @description The name to sign in with. */
            username?: string | null;
        };
        /** @description How a tenant's people earn points and for how long they keep them. */
        Programme: {
            /** @description Whether points are earned. */
            active: boolean;
            /**
             * Format: int64
             * @description After how many days points expire; never when null.
             */
            expires_after_days: number | null;
            /**
             * @description What it is called.
             * @example Usher points
             */
            name: string;
            /**
             * Format: int64
             * @description How long points are pending before they can be spent.
             */
            pending_minutes: number;
            /**
             * Format: int64
             * @description The most points that one customer earns in a day; any number when null.
             */
            points_per_day: number | null;
            /**
             * Format: int64
             * @description How long a reserved reward is kept.
             */
            reserve_minutes: number;
            /** @description What for. */
            rules: components["schemas"]["Rule"][];
            /** @description Levels, the lowest first. */
            tiers: components["schemas"]["Tier"][];
            /**
             * Format: date-time
             * @description When it was last changed.
             * @default null
             */
            updated_at: string | null;
            /**
             * Format: int64
             * @description Grows with each change; 0 until the first.
             * @default 0
             */
            version: number;
        };
        /** @description A change of the programme: what is absent stays, lists are replaced as a whole. */
        ProgrammeChange: {
            /**
             * @description Whether points are earned.
             * @default null
             */
            active: boolean | null;
            /**
             * Format: int64
             * @description After how many days points expire.
             */
            expires_after_days?: number | null;
            /**
             * @description What it is called.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description How long points are pending before they can be spent.
             * @default null
             */
            pending_minutes: number | null;
            /**
             * Format: int64
             * @description The most points that one customer earns in a day.
             */
            points_per_day?: number | null;
            /**
             * Format: int64
             * @description How long a reserved reward is kept.
             * @default null
             */
            reserve_minutes: number | null;
            /**
             * @description What for.
             * @default null
             */
            rules: components["schemas"]["Rule"][] | null;
            /**
             * @description Levels, the lowest first.
             * @default null
             */
            tiers: components["schemas"]["TierInput"][] | null;
        };
        /** @description A button of the log-in. */
        ProviderView: {
            /** @description What its button says. */
            label: string;
            /** @description Its name in paths. */
            name: string;
        };
        /** @description One page of a list. */
        ProviderViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["ProviderView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description One's own appointment. */
        PublicAppointment: {
            /** @description What can be done with it in its state, whatever the time. */
            allowed: components["schemas"]["Act"][];
            /**
             * Format: date-time
             * @description When this was true: clocks of phones differ from the server's, by which times are meant.
             */
            at: string;
            /** @description The path of its calendar file. */
            calendar_url: string;
            /**
             * Format: date-time
             * @description Until when the person may move or cancel it.
             */
            change_until: string;
            /**
             * Format: date-time
             * @description From when on one can check in.
             */
            check_in_from: string;
            /**
             * Format: date-time
             * @description Until when one can check in.
             */
            check_in_until: string;
            /** @description Their e-mail address. */
            email: string | null;
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: date-time
             * @description Until when it is held, or offered.
             */
            hold_until: string | null;
            /** @description What to bring. */
            instructions: string;
            /** @description The person's name. */
            name: string | null;
            /** @description What the person wants remembered. */
            notes: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /** @description Their phone number. */
            phone: string | null;
            /** @description What it is called by, aloud and on paper. */
            reference: string;
            /** @description What for. */
            service: components["schemas"]["ServiceView"];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
            /** @description Why the site is closed now, in an emergency; null while it is not. */
            site_closed: string | null;
            /** @description With whom. */
            staff: components["schemas"]["BookableStaff"] | null;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
            /** @description Where it stands. */
            status: components["schemas"]["State"];
            /** @description The path of the ticket's page, once checked in. */
            ticket_url: string | null;
            /** @description The path of its page. */
            url: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description One's own place on the waitlist. */
        PublicEntry: {
            /**
             * Format: int64
             * @description How many wait for the same and joined before; null when one does not wait.
             */
            ahead: number | null;
            /** @description What is offered, or was accepted. */
            appointment: components["schemas"]["PublicAppointment"] | null;
            /**
             * Format: date-time
             * @description They want a slot that begins at or after it.
             */
            from_at: string;
            /** @description What for. */
            service: components["schemas"]["ServiceView"];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
            /** @description Where they stand. */
            status: components["schemas"]["EntryState"];
            /**
             * Format: date-time
             * @description And before it.
             */
            until_at: string;
            /** @description The path of its page. */
            url: string;
        };
        /** @description A site as somebody sees it who looks for one. */
        PublicPlace: {
            /** @description Its postal address. */
            address: string | null;
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /**
             * Format: date-time
             * @description When it closes.
             */
            closes_at: string | null;
            /** @description Its name. */
            name: string;
            /** @description A line for everybody; in an emergency why it is closed. */
            notice: string | null;
            /** @description Whether it takes people now. */
            open: boolean;
            /**
             * Format: date-time
             * @description When it opens next.
             */
            opens_at: string | null;
            /** @description Its short name. */
            slug: string;
            /** @description Whose. */
            tenant: components["schemas"]["PlaceTenant"];
            /** @description Its time zone. */
            timezone: string;
            /**
             * Format: int64
             * @description How many wait there, in all lines.
             */
            waiting: number;
        };
        /** @description One page of a list. */
        PublicPlacePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["PublicPlace"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A site as anybody sees it. */
        PublicSite: {
            address: string | null;
            /** Format: date-time */
            closes_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: double */
            latitude: number | null;
            /** Format: double */
            longitude: number | null;
            name: string;
            notice: string | null;
            open: boolean;
            /** Format: date-time */
            opens_at: string | null;
            slug: string;
            timezone: string;
        };
        /** @description A tenant as anybody sees it. */
        PublicTenant: {
            branding: components["schemas"]["Branding"];
            name: string;
            slug: string;
        };
        /** @description One page of a list. */
        PublicTenantPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["PublicTenant"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A tenant with its sites as anybody sees them. */
        PublicTenantSites: {
            branding: components["schemas"]["Branding"];
            locale: string;
            locales: string[];
            name: string;
            sites: components["schemas"]["PublicSite"][];
            slug: string;
        };
        /** @description What a customer sees of their ticket. */
        PublicTicket: {
            /** @description Whether the page is to ask if the person still comes; `still_here` and `leave` answer it. */
            asks_still_coming: boolean;
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /**
             * Format: date-time
             * @description When it was called.
             */
            called_at: string | null;
            /** @description What the customer can do: `postpone`, `leave`, `coming`, `rejoin`, `undo_leave`, `still_here`. */
            can: string[];
            /** @description Why: `left`, `staff`, `expired`, `line_closed`, `missed`, `undone`, `served`. */
            cause: string | null;
            /** @description Why its line was closed, in the words of staff, where that ended it. */
            closed_because: string | null;
            /**
             * Format: int64
             * @description Within how many minutes to come.
             */
            come_within_minutes: number;
            /** @description Where to go. */
            counter: components["schemas"]["PageCounter"] | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /** @description How long it will still wait. */
            estimate: components["schemas"]["Estimate"] | null;
            /** @description What the estimates of the line were worth lately; null where that is not known. */
            estimates_kept: components["schemas"]["EstimatesKept"] | null;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /**
             * Format: int64
             * @description How many in line came later.
             */
            joined_after: number;
            /** @description Where the person stands whom staff moved, and why; null once they stand somewhere else by another way. */
            moved: components["schemas"]["Moved"] | null;
            /** @description The line it was moved to, by name. */
            moved_to: string | null;
            /** @description Whether it is time to come near: so few are before it that the line calls ahead. */
            near: boolean;
            /** @description What comes next in this visit, once this ticket was served. */
            next: components["schemas"]["PageNext"] | null;
            /** @description Its number. */
            number: string;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until: string | null;
            /**
             * Format: int64
             * @description How many are expected to come before it: those who are probably gone do not count.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1.
             */
            position: number | null;
            /** @description The line. */
            queue: components["schemas"]["Named"];
            /**
             * Format: int64
             * @description How often the call was repeated.
             */
            recalls: number;
            /**
             * Format: date-time
             * @description Until when a missed ticket may come back.
             */
            rejoin_until: string | null;
            /** @description What for. */
            service: components["schemas"]["Named"];
            /** @description Where. */
            site: components["schemas"]["PageSite"];
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Whose. */
            tenant: components["schemas"]["PageTenant"];
            /** @description The member of staff who calls, where the person has an appointment with one. */
            with: string | null;
        };
        /** @description Which part of a roster becomes visible. */
        Publish: {
            /**
             * Format: date-time
             * @description Shifts that begin at or after.
             */
            from: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: date-time
             * @description Shifts that begin before, at most 62 days later.
             */
            to: string;
        };
        /** @description What became visible. */
        Published: {
            /**
             * Format: uint
             * @description How many shifts.
             */
            published: number;
        };
        /** @description Something that was bought. */
        Purchase: {
            /**
             * Format: int64
             * @description For how much, in minor units of the tenant's currency.
             * @example 1250
             */
            amount: number;
            /**
             * Format: uuid
             * @description By whom.
             */
            customer_id: string;
            /**
             * @description The number of the receipt: what makes it one of a kind.
             * @example receipt 2026-0815
             */
            reference: string;
        };
        /** @description Something that was bought and is paid back. */
        PurchaseRefund: {
            /**
             * Format: int64
             * @description How much is paid back, in minor units of the tenant's currency; all that is left of it when absent.
             * @default null
             * @example 500
             */
            amount: number | null;
            /**
             * @description The number of the receipt, as it was told with the purchase.
             * @example receipt 2026-0815
             */
            reference: string;
            /**
             * @description The number of the refund, by which it counts once; without it, every telling is another refund.
             * @default null
             * @example refund 2026-0099
             */
            refund_reference: string | null;
        };
        /** @description A new queue, or a change of one: what is absent stays, or has its default. A new one needs a name. */
        QueueInput: {
            /**
             * @description How the order comes about.
             * @default null
             */
            algorithm: components["schemas"]["Algorithm"] | null;
            /**
             * Format: int64
             * @description At which place in line people are asked whether they still come.
             */
            ask_at_place?: number | null;
            /**
             * Format: int64
             * @description How many people are told to come near.
             * @default null
             */
            call_ahead: number | null;
            /**
             * @description What it is for.
             * @default null
             */
            description: string | null;
            /**
             * Format: int64
             * @description The first number.
             * @default null
             */
            first_number: number | null;
            /**
             * @description Whether it takes people, as document 004 says it.
             * @default null
             */
            is_active: boolean | null;
            /**
             * Format: int64
             * @description How often the code changes that one has to scan to join by oneself, in seconds.
             */
            join_code_seconds?: number | null;
            /**
             * Format: int64
             * @description How near to the site one has to be to join by oneself, in metres.
             */
            join_within_meters?: number | null;
            /**
             * Format: int64
             * @description The last number.
             * @default null
             */
            last_number: number | null;
            /**
             * Format: int64
             * @description The same as document 004 names it.
             */
            maxActiveTickets?: number | null;
            /**
             * Format: int64
             * @description How many tickets may be alive at once.
             */
            max_active_tickets?: number | null;
            /**
             * Format: int64
             * @description How many tickets one customer may take on one day.
             */
            max_per_customer_per_day?: number | null;
            /**
             * @description Its name.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description After how many minutes the agent is advised to mark a called ticket as a no-show.
             * @default null
             */
            no_show_minutes: number | null;
            /** @description Ignored: `…/queues/{id}/outside` moves it. */
            readonly outside_count?: unknown;
            /**
             * Format: int64
             * @description How many digits at least.
             * @default null
             */
            padding: number | null;
            /**
             * Format: int64
             * @description For how many minutes a ticket may be parked.
             * @default null
             */
            park_limit_minutes: number | null;
            /**
             * @description Before the numbers; the first free letter when absent.
             * @default null
             */
            prefix: string | null;
            /**
             * Format: int64
             * @description How often a ticket may be called again.
             * @default null
             */
            recall_limit: number | null;
            /**
             * @description Where it then stands.
             * @default null
             */
            reinstate: components["schemas"]["Reinstate"] | null;
            /**
             * Format: int64
             * @description For how many minutes a no-show may be taken back.
             * @default null
             */
            reinstate_minutes: number | null;
            /**
             * @description When numbers begin anew.
             * @default null
             */
            reset: components["schemas"]["Reset"] | null;
            /**
             * @description What it serves. A new queue whose maker names nothing serves the service of its own name, which is made
             *     where there is none.
             * @default null
             */
            service_ids: string[] | null;
            /**
             * Format: int64
             * @description After how many minutes without an answer somebody counts as probably gone.
             * @default null
             */
            silent_minutes: number | null;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent, which is made where there is none yet. It never changes.
             * @default null
             */
            site_id: string | null;
            /**
             * @description Whether it takes people.
             * @default null
             */
            status: components["schemas"]["QueueStatus"] | null;
            /**
             * @description Whether a ticket that is transferred here keeps its number.
             * @default null
             */
            transfer_keeps_number: boolean | null;
            /**
             * @description Whether an agent has a wrap-up.
             * @default null
             */
            wrap_up: boolean | null;
        };
        /** @description The statistics of a queue. */
        QueueStatistics: {
            /**
             * Format: int64
             * @description How many wait now.
             */
            activeTickets: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            averageServiceTime: number | null;
            /**
             * Format: double
             * @description Mean minutes waited.
             */
            averageWaitTime: number | null;
            /** @description Day by day. */
            days: components["schemas"]["DayFigures"][];
            name: string;
            /** @description By hour and weekday. */
            peakHours: components["schemas"]["PeakHour"][];
            /** @description The days. */
            period: components["schemas"]["Period"];
            /** Format: uuid */
            queueId: string;
            /**
             * Format: int64
             * @description Tickets served.
             */
            servedTickets: number;
            /** @description Everything that is counted. */
            statistics: components["schemas"]["Figures"];
            /**
             * Format: double
             * @description How many were served in an hour in which anybody was.
             */
            throughputPerHour: number | null;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            totalTickets: number;
        };
        /** @enum {string} */
        QueueStatus: "active" | "inactive" | "paused";
        /** @description A queue: its settings and how it stands now. */
        QueueView: {
            algorithm: components["schemas"]["Algorithm"];
            /** Format: int64 */
            ask_at_place: number | null;
            /**
             * Format: double
             * @description Mean minutes of service today; the declared duration before anybody was served.
             */
            average_service_time: number;
            /** Format: int64 */
            call_ahead: number;
            /** @description Why it does not: `paused`, `inactive`, `closed`, `full`, `emergency`. */
            closed_reason: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: int64
             * @description How many are in line, those outside too.
             */
            current_length: number;
            /** @description The number called last. */
            current_number: string | null;
            description: string;
            /** @description The wait of somebody who joins now. */
            estimate: components["schemas"]["Estimate"];
            /**
             * Format: int64
             * @description The median wait in whole minutes; where nobody serves (`estimate.serving` is false) as if one counter opened now.
             */
            estimated_wait_time: number;
            /** Format: int64 */
            first_number: number;
            /** Format: uuid */
            id: string;
            /** Format: int64 */
            join_code_seconds: number | null;
            /** Format: int64 */
            join_within_meters: number | null;
            /** Format: int64 */
            last_number: number;
            /** Format: int64 */
            max_active_tickets: number | null;
            /** Format: int64 */
            max_per_customer_per_day: number | null;
            name: string;
            /** Format: int64 */
            no_show_minutes: number;
            /** @description Whether it takes people now. */
            open: boolean;
            /**
             * Format: date-time
             * @description When the site opens next.
             */
            opens_at: string | null;
            /**
             * Format: uuid
             * @description What older documents call the tenant.
             */
            organization_id: string;
            /**
             * Format: int64
             * @description People in line who hold no ticket.
             */
            outside_count: number;
            /** Format: int64 */
            padding: number;
            /** Format: int64 */
            park_limit_minutes: number;
            prefix: string;
            /** Format: int64 */
            recall_limit: number;
            reinstate: components["schemas"]["Reinstate"];
            /** Format: int64 */
            reinstate_minutes: number;
            reset: components["schemas"]["Reset"];
            service_ids: string[];
            /** Format: int64 */
            silent_minutes: number;
            /** Format: uuid */
            site_id: string;
            status: components["schemas"]["QueueStatus"];
            /** Format: uuid */
            tenant_id: string;
            transfer_keeps_number: boolean;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** Format: int64 */
            version: number;
            wrap_up: boolean;
        };
        /** @description One page of a list. */
        QueueViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["QueueView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Why. */
        Reason: {
            /**
             * @description Why, in at most 200 letters.
             * @default null
             */
            reason: string | null;
        };
        Reason2: {
            /**
             * @description Why.
             * @default null
             */
            reason: string | null;
        };
        /** @description What a printer needs. */
        Receipt: {
            /** @description The secret of its page. */
            secret: string;
            /** @description Its address. */
            site_address: string | null;
            /** @description The site's name. */
            site_name: string;
            /** @description The ticket. */
            ticket: components["schemas"]["TicketView"];
            /** @description The path of its page. */
            url: string;
        };
        /** @description The codes that let their owner in without the app, each once. Shown this once. */
        RecoveryCodes: {
            /** @description The codes. */
            recovery_codes: string[];
        };
        /** @description What was redeemed or is kept, and what is left. */
        Redeemed: {
            /**
             * @description What the customer shows.
             * @example KX7P3MRA
             */
            code: string;
            /**
             * Format: uuid
             * @description The customer.
             */
            customer_id: string;
            /**
             * Format: date-time
             * @description Until when it is kept; null once it is decided.
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description What it costs.
             * @example 20
             */
            points: number;
            /** @description What is left of the customer's points. */
            points_left: components["schemas"]["Points"];
            /** @description Why. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When the customer got it.
             */
            redeemed_at: string | null;
            /**
             * Format: date-time
             * @description When it went back.
             */
            released_at: string | null;
            /**
             * Format: date-time
             * @description When it was reserved.
             */
            reserved_at: string;
            /**
             * Format: uuid
             * @description The reward.
             */
            reward_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["RedemptionStatus"];
            /**
             * Format: uuid
             * @description The customer's account, where they have one.
             */
            user_id: string | null;
        };
        /** @description One reward on its way to one customer, as the API shows it. */
        Redemption: {
            /**
             * @description What the customer shows.
             * @example KX7P3MRA
             */
            code: string;
            /**
             * Format: uuid
             * @description The customer.
             */
            customer_id: string;
            /**
             * Format: date-time
             * @description Until when it is kept; null once it is decided.
             */
            expires_at: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: int64
             * @description What it costs.
             * @example 20
             */
            points: number;
            /** @description Why. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When the customer got it.
             */
            redeemed_at: string | null;
            /**
             * Format: date-time
             * @description When it went back.
             */
            released_at: string | null;
            /**
             * Format: date-time
             * @description When it was reserved.
             */
            reserved_at: string;
            /**
             * Format: uuid
             * @description The reward.
             */
            reward_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["RedemptionStatus"];
            /**
             * Format: uuid
             * @description The customer's account, where they have one.
             */
            user_id: string | null;
        };
        /** @description One page of a list. */
        RedemptionPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Redemption"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        RedemptionStatus: "reserved" | "redeemed" | "released";
        /** @description A refresh token; absent where the cookie carries it. */
        RefreshBody: {
            /**
             * @description The refresh token.
             * @default null
             */
            refresh_token: string | null;
        };
        /** @description What a registration answers. */
        RegisterAnswer: components["schemas"]["LoginAnswer"] | {
            /** @description Always true here; refusals say false. */
            success: boolean;
            /** @description The person. */
            user: components["schemas"]["UserView"];
        };
        /** @description What a person registers with. */
        Registration: {
            /** @description The e-mail address. */
            email: string;
            /**
             * @description The first name, where the client asks for it apart.
             * @default null
             */
            first_name: string | null;
            /**
             * @description The last name, where the client asks for it apart.
             * @default null
             */
            last_name: string | null;
            /**
             * @description The language they read.
             * @default null
             */
            locale: string | null;
            /**
             * @description What they are called.
             * @default null
             */
            name: string | null;
            /** @description The password, at least 8 letters. */
            password: string;
            /**
             * @description The telephone number, with the country's prefix.
             * @default null
             */
            phone: string | null;
            /**
             * @description What they chose in the apps.
             * @default {}
             */
            preferences: {
                [key: string]: unknown;
            };
            /**
             * @description The role; `customer` when absent. Another one is given only by somebody who may give it.
             * @default null
             */
            role: string | null;
            /**
             * @description The sites a member of staff is limited to; empty means all.
             * @default []
             */
            sites: string[];
            /**
             * @description The tenant, by short name or id; that of the request when absent.
             * @default null
             */
            tenant: string | null;
            /**
             * @description The name to sign in with beside the address.
             * @default null
             */
            username: string | null;
        };
        /** @enum {string} */
        Reinstate: "old_place" | "end";
        /** @description How an appointment comes back. */
        Repeat: {
            /**
             * Format: int64
             * @description How many appointments in all, 2 to 52.
             */
            count: number;
            /** @description How often. */
            every: components["schemas"]["Every"];
            /**
             * @description Leave out the times that are not free instead of refusing all of them.
             * @default false
             */
            skip_taken: boolean;
        };
        /** @description A site's day on one page. */
        Report: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description By counter. */
            counters: components["schemas"]["ReportCounter"][];
            /** @description The business day. */
            date: string;
            /** @description By hour. */
            hours: components["schemas"]["ReportHour"][];
            /** @description By line. */
            queues: components["schemas"]["ReportQueue"][];
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description The site's name. */
            site_name: string;
        };
        /** @description A column of a report. */
        ReportColumn: {
            /** @description Whether it is a dimension. */
            dimension: boolean;
            /** @description What stands over it, in the language of the report. */
            label: string;
            /** @description The metric or dimension. */
            name: string;
            /** @description Whether it counts whole things. */
            whole: boolean;
        };
        /** @description One counter of the report. */
        ReportCounter: {
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number;
            /**
             * Format: uuid
             * @description The counter.
             */
            counter_id: string;
            /** @description Its label. */
            number: string;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
        };
        /** @description What a report shall tell. */
        ReportDefinition: {
            /**
             * @description By what: one kind of thing (`site`, `queue`, `service`, `counter`, `agent`), one of time (`day`, `week`,
             *     `month`, `weekday`, `hour`), one of each, or nothing.
             * @default []
             */
            dimensions: components["schemas"]["Dimension"][];
            /**
             * @description The first day.
             * @default null
             */
            from: string | null;
            /**
             * @description The language of the headings; that of whoever asks, else of the tenant, when absent.
             * @default null
             */
            locale: components["schemas"]["Tongue"] | null;
            /**
             * @description What it tells; issued, served, average and P90 wait, SLA and abandonment when absent.
             * @default []
             */
            metrics: components["schemas"]["Metric"][];
            /**
             * @description The days by name, as everywhere; a week when absent.
             * @default null
             */
            period: components["schemas"]["PeriodWord"] | null;
            /**
             * Format: uuid
             * @description One line.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description One service.
             * @default null
             */
            service_id: string | null;
            /**
             * Format: uuid
             * @description One site; all that the caller works at when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * @description What it is called; "Report", in its language, when absent.
             * @default null
             * @example Queues of the week
             */
            title: string | null;
            /**
             * @description The last day.
             * @default null
             */
            to: string | null;
        };
        /** @description What a report shall tell. */
        ReportDefinitionInput: {
            /**
             * @description By what: one kind of thing (`site`, `queue`, `service`, `counter`, `agent`), one of time (`day`, `week`,
             *     `month`, `weekday`, `hour`), one of each, or nothing.
             * @default []
             */
            dimensions: components["schemas"]["Dimension"][];
            /**
             * @description The first day.
             * @default null
             */
            from: string | null;
            /**
             * @description The language of the headings; that of whoever asks, else of the tenant, when absent.
             * @default null
             */
            locale: components["schemas"]["Tongue"] | null;
            /**
             * @description What it tells; issued, served, average and P90 wait, SLA and abandonment when absent.
             * @default []
             */
            metrics: components["schemas"]["Metric"][];
            /**
             * @description The days by name, as everywhere; a week when absent.
             * @default null
             */
            period: components["schemas"]["PeriodWord"] | null;
            /**
             * Format: uuid
             * @description One line.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description One service.
             * @default null
             */
            service_id: string | null;
            /**
             * Format: uuid
             * @description One site; all that the caller works at when absent.
             * @default null
             */
            site_id: string | null;
            /**
             * @description What it is called; "Report", in its language, when absent.
             * @default null
             * @example Queues of the week
             */
            title: string | null;
            /**
             * @description The last day.
             * @default null
             */
            to: string | null;
        };
        /** @description A scheduled report that is not made. */
        ReportFailure: {
            /** @description Why. */
            reason: components["schemas"]["FailureReason"];
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
        };
        /** @description One hour of the report, in the site's own time. */
        ReportHour: {
            /**
             * Format: int8
             * @description The hour, 0 to 23.
             */
            hour: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
        };
        /** @description One line of the report. */
        ReportQueue: {
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number;
            /**
             * Format: double
             * @description Mean minutes waited.
             */
            average_wait_minutes: number;
            /**
             * Format: int64
             * @description Still in line at the end of the day.
             */
            expired: number;
            /**
             * Format: int64
             * @description Tickets issued.
             */
            issued: number;
            /**
             * Format: int64
             * @description Left by themselves.
             */
            left: number;
            /** @description Its name. */
            name: string;
            /**
             * Format: int64
             * @description Called, and did not come.
             */
            no_shows: number;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: int64
             * @description Tickets served.
             */
            served: number;
            /**
             * Format: double
             * @description How many of a hundred were called within the target.
             */
            sla_met_percent: number | null;
        };
        /** @description A result of a scheduled report. */
        ReportResult: {
            /** @description What it is written as. */
            format: components["schemas"]["Format"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            made_at: string;
            /** @description What the report was called. */
            name: string;
            /**
             * Format: int64
             * @description How many rows it has.
             */
            rows: number;
            /**
             * Format: uuid
             * @description The schedule; absent when that is deleted.
             */
            schedule_id: string | null;
        };
        /** @description One page of a list. */
        ReportResultPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["ReportResult"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A report for programs. */
        ReportTable: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description The columns. */
            columns: components["schemas"]["ReportColumn"][];
            /** @description The first day. */
            from: string;
            /** @description The rows: each column's value by its name. */
            rows: {
                [key: string]: components["schemas"]["ReportValue"];
            }[];
            /** @description What it is called. */
            title: string;
            /** @description The last day. */
            to: string;
            /** @description The metrics of all of it. */
            total: {
                [key: string]: components["schemas"]["ReportValue"];
            };
        };
        /** @description A value of a report: a name, a number, or nothing. */
        ReportValue: string | (number | null);
        /** @description Another priority class. */
        Reprioritise: {
            /** @description The class; "normal" for none. */
            class: string;
            /**
             * @description Why.
             * @default null
             */
            reason: string | null;
        };
        /** @enum {string} */
        Reset: "midnight" | "closing";
        /** @description A mailed token and the new password. */
        Reset2: {
            /** @description The new password. */
            password: string;
            /** @description The token of the mail. */
            token: string;
        };
        /** @description What the issuer sent the browser back with. */
        Return: {
            /** @description Traded for the person's token, once. */
            code: string;
            /** @description What this installation sent along. */
            state: string;
        };
        /** @description A reward as the API shows it. */
        Reward: {
            /** @description Whether it is given at all. */
            active: boolean;
            /** @description Whether it is given now: active, within its time, and not used up. */
            available: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description What it is. */
            description: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * @description What it is called.
             * @example Coffee
             */
            name: string;
            /**
             * Format: uuid
             * @description Whose it is.
             */
            organization_id: string;
            /**
             * Format: int64
             * @description How often one customer gets it; null for as often as they like.
             */
            per_customer: number | null;
            /**
             * Format: int64
             * @description How many points it costs.
             * @example 20
             */
            points_required: number;
            /**
             * Format: int64
             * @description How many are left; null for any number.
             */
            stock: number | null;
            /** @description Of what sort. */
            type: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: date-time
             * @description From when on it is given.
             */
            valid_from: string | null;
            /**
             * Format: date-time
             * @description Until when.
             */
            valid_until: string | null;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description A new reward, or a change of one: what is absent stays, or has its default. A new one needs a name and its points. */
        RewardInput: {
            /**
             * @description Whether it is given at all.
             * @default null
             */
            active: boolean | null;
            /**
             * @description What it is.
             * @default null
             */
            description: string | null;
            /**
             * @description What it is called.
             * @default null
             * @example Coffee
             */
            name: string | null;
            /**
             * Format: int64
             * @description How often one customer gets it; null for as often as they like.
             */
            per_customer?: number | null;
            /**
             * Format: int64
             * @description How many points it costs.
             * @default null
             * @example 20
             */
            points_required: number | null;
            /**
             * Format: int64
             * @description How many there are; null for any number.
             */
            stock?: number | null;
            /**
             * @description Of what sort; `reward` when absent.
             * @default null
             * @example voucher
             */
            type: string | null;
            /**
             * Format: date-time
             * @description From when on it is given.
             */
            valid_from?: string | null;
            /**
             * Format: date-time
             * @description Until when.
             */
            valid_until?: string | null;
        };
        /** @description One page of a list. */
        RewardPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Reward"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A tenant's own role. */
        Role: {
            /** @description Whether every tenant has it. */
            built_in: boolean;
            /**
             * Format: date-time
             * @description When it was created; null for the built-in roles.
             */
            created_at: string | null;
            /** @description What it is for. */
            description: string;
            /**
             * Format: uuid
             * @description Its id; null for the built-in roles.
             */
            id: string | null;
            /** @description Its name, which members list. */
            name: string;
            /** @description What it permits. */
            scopes: string[];
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description The role to give. */
        RoleBody: {
            /** @description A built-in role, by any of its names, or one of the tenant's own. */
            role: string;
        };
        /** @description A change of a role; what is absent stays. Members keep roles by name, so the name stays. */
        RoleChange: {
            /**
             * @description What it is for.
             * @default null
             */
            description: string | null;
            /**
             * @description What it permits.
             * @default null
             */
            scopes: string[] | null;
        };
        /** @description One page of a list. */
        RolePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Role"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description One route's counts. */
        RouteMetrics: {
            /**
             * Format: uint64
             * @description Answered with 500 or more.
             */
            failed: number;
            /** @description The method. */
            method: string;
            /**
             * Format: double
             * @description Half of the requests took no longer, in milliseconds.
             */
            p50_ms: number;
            /**
             * Format: double
             * @description 99 of 100 requests took no longer, in milliseconds.
             */
            p99_ms: number;
            /** @description The path pattern. */
            path: string;
            /**
             * Format: uint64
             * @description Answered with 400 to 499.
             */
            refused: number;
            /**
             * Format: uint64
             * @description Requests so far.
             */
            requests: number;
        };
        /** @description A rule as it is stored. */
        RoutingRule: {
            /** @description Whether it is asked at all. */
            active: boolean;
            /**
             * @description The condition, in CEL, over `service` (`code`, `name`), `queue` (`name`, `prefix`, `waiting`), `customer` (`name`,
             *     `phone`, `priority`, `party_size`, and of their record `known`, `id`, `locale`, `metadata`), `channel`, `time`
             *     (`hour`, `minute`, `weekday` with Monday = 1, `date`) and `load` (`waiting`, `counters_open`). What a record may
             *     not have is asked for first: `has(customer.metadata.tier) && customer.metadata.tier == "gold"`.
             */
            condition: string;
            /** @description When it is asked. */
            event: components["schemas"]["RuleEvent"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it is for. */
            name: string;
            /**
             * Format: int64
             * @description Lower ones are asked first.
             */
            position: number;
            /**
             * Format: uuid
             * @description At one site only.
             */
            site_id: string | null;
            /** @description What follows. */
            then: components["schemas"]["Then"];
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description One page of a list. */
        RoutingRulePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["RoutingRule"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Points for one kind of deed. */
        Rule: {
            /** @description What for. */
            on: components["schemas"]["Trigger"];
            /**
             * Format: int64
             * @description For waiting: only from so many minutes on.
             */
            over_minutes?: number | null;
            /**
             * Format: int64
             * @description For a purchase: so many minor units of the currency are worth `points`; 100 when absent.
             */
            per_amount?: number | null;
            /**
             * Format: int64
             * @description How many; for a purchase, how many for each `per_amount`.
             * @example 10
             */
            points: number;
            /** @description Only for these services; for all when empty. */
            service_ids?: string[];
            /**
             * Format: int64
             * @description How often a day it counts for one customer; always when absent.
             */
            times_per_day?: number | null;
        };
        /** @enum {string} */
        RuleEvent: "issue" | "transfer" | "any";
        /** @description What a routing rule says cannot be done: `routing_rule.failed`. The ticket was taken without it. */
        RuleFailure: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description The code of the refusal. */
            code: string;
            /** @description Its name. */
            name: string;
            /**
             * Format: uuid
             * @description The rule.
             */
            rule_id: string;
            /**
             * Format: uuid
             * @description Where it is asked, when that is one site.
             */
            site_id: string | null;
            /** @description That refusal in words. */
            text: string;
        };
        /** @description A new rule, or a change of one: what is absent stays, or has its default. */
        RuleInput: {
            /**
             * @description Whether it is asked at all.
             * @default null
             */
            active: boolean | null;
            /**
             * @description The condition, in CEL.
             * @default null
             */
            condition: string | null;
            /**
             * @description When it is asked.
             * @default null
             */
            event: components["schemas"]["RuleEvent"] | null;
            /**
             * @description What it is for.
             * @default null
             */
            name: string | null;
            /**
             * Format: int64
             * @description Lower ones are asked first.
             * @default null
             */
            position: number | null;
            /**
             * Format: uuid
             * @description At one site only; null: everywhere.
             */
            site_id?: string | null;
            /**
             * @description What follows.
             * @default null
             */
            then: components["schemas"]["ThenInput"] | null;
        };
        /** @description A report that comes back. `D` is what it tells. */
        Schedule: {
            /** @description Whether it runs. */
            active: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description When: minute, hour, day of month, month, day of week. */
            cron: string;
            /**
             * @description Why its last report was not made; absent while they are.
             * @default null
             */
            failure: components["schemas"]["ReportFailure"] | null;
            /** @description What it is written as. */
            format: components["schemas"]["Format"];
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What it is called. */
            name: string;
            /**
             * Format: date-time
             * @description When it runs next; absent while it does not.
             */
            next_at: string | null;
            /** @description Members who are told of each result. */
            recipients: string[];
            /** @description What it tells. */
            report: components["schemas"]["ReportDefinition"];
            /** @description The sites that it is limited to; empty for all. */
            sites: string[];
            /** @description Whether a report that tells of nothing is left out. */
            skip_empty: boolean;
            /** @description Whose time that is, an IANA name. */
            timezone: string;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description What a schedule shall be; absent fields of a change stay. */
        ScheduleInput: {
            /**
             * @description Whether it runs.
             * @default null
             */
            active: boolean | null;
            /**
             * @description When: minute, hour, day of month, month, day of week.
             * @default null
             * @example 0 7 * * MON
             */
            cron: string | null;
            /**
             * @description What it is written as; PDF when absent.
             * @default null
             */
            format: components["schemas"]["Format"] | null;
            /**
             * @description What it is called.
             * @default null
             * @example Monday's figures
             */
            name: string | null;
            /**
             * @description Members who are told of each result.
             * @default null
             */
            recipients: string[] | null;
            /**
             * @description What it tells. A named period is seen from the day on which it is made.
             * @default null
             */
            report: components["schemas"]["ReportDefinitionInput"] | null;
            /**
             * @description Whether a report that tells of nothing is left out.
             * @default null
             */
            skip_empty: boolean | null;
            /**
             * @description Whose time that is, an IANA name; the site's own or the tenant's when absent.
             * @default null
             */
            timezone: string | null;
        };
        /** @description One page of a list. */
        SchedulePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Schedule"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Which of a counter's tokens, and how it ended. */
        Serve: {
            /**
             * @description The outcome's code.
             * @default null
             */
            outcome: string | null;
            /**
             * @description `serving` begins, `completed` (the default) ends the service.
             * @default null
             */
            status: components["schemas"]["ServeAs"] | null;
            /**
             * Format: uuid
             * @description The token; what the counter holds when absent.
             * @default null
             */
            token_id: string | null;
        };
        /** @enum {string} */
        ServeAs: "serving" | "completed" | "served";
        /** @description Something people come for, offered by one or more queues. */
        Service: {
            /** @description Whether tickets are issued for it. */
            active: boolean;
            /** @description A short code, unique in the tenant: "deposit". */
            code: string;
            /**
             * Format: double
             * @description How long one takes, until something is learned, in minutes.
             */
            default_minutes: number;
            /** @description What it is, in the tenant's own language. */
            description: string;
            /**
             * @description What it is, by language tag.
             * @default {}
             */
            descriptions: {
                [key: string]: string;
            };
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name in the tenant's own language. */
            name: string;
            /** @description Its name by language tag. */
            names: {
                [key: string]: string;
            };
            /** @description Whether an outcome must be given when a ticket is closed. */
            outcome_required: boolean;
            /** @description How a service can end. */
            outcomes: components["schemas"]["Outcome"][];
            /** @description The prefix proposed for queues that serve only this. */
            prefix: string;
            /** @description Who comes before whom. */
            priority_rules: components["schemas"]["PriorityRules"];
            /** @description What an agent must know to serve it. */
            required_skills: string[];
            /**
             * Format: double
             * @description Within how many minutes a person shall be called.
             */
            target_minutes: number | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description A new service, or a change of one: what is absent stays, or has its default. A new one needs a name. */
        ServiceInput: {
            /**
             * @description Whether tickets are issued for it.
             * @default null
             */
            active: boolean | null;
            /**
             * @description A short code; made from the name when absent.
             * @default null
             */
            code: string | null;
            /**
             * Format: double
             * @description How long one takes, in minutes.
             * @default null
             */
            default_minutes: number | null;
            /**
             * @description What it is.
             * @default null
             */
            description: string | null;
            /**
             * @description What it is, by language tag.
             * @default null
             */
            descriptions: {
                [key: string]: string;
            } | null;
            /**
             * @description Its name.
             * @default null
             */
            name: string | null;
            /**
             * @description Its name by language tag.
             * @default null
             */
            names: {
                [key: string]: string;
            } | null;
            /**
             * @description Whether an outcome must be given.
             * @default null
             */
            outcome_required: boolean | null;
            /**
             * @description How it can end.
             * @default null
             */
            outcomes: components["schemas"]["Outcome"][] | null;
            /**
             * @description The prefix proposed for its queue.
             * @default null
             */
            prefix: string | null;
            /**
             * @description Who comes before whom.
             * @default null
             */
            priority_rules: components["schemas"]["PriorityRulesInput"] | null;
            /**
             * @description What an agent must know.
             * @default null
             */
            required_skills: string[] | null;
            /**
             * Format: double
             * @description Within how many minutes a person shall be called.
             */
            target_minutes?: number | null;
        };
        /** @description One page of a list. */
        ServicePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Service"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description The report of document 004: a dashboard with its names beside ours. */
        ServiceReport: {
            /** @description The agents that served most, at most 20; an agent's own figures alone. */
            agents: components["schemas"]["AgentFigures"][];
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            averageServiceTime: number | null;
            /**
             * Format: double
             * @description Mean minutes waited.
             */
            averageWaitTime: number | null;
            /** @description Whole days beside those before; absent where none is over. */
            compared: components["schemas"]["Compared"] | null;
            /** @description The counters that served most; at most 20. */
            counters: components["schemas"]["CounterFigures"][];
            /** @description Day by day. */
            days: components["schemas"]["DayFigures"][];
            /** @description How people take part; absent for an agent. */
            engagement: components["schemas"]["Engagement"] | null;
            /** @description What happened in the period. */
            figures: components["schemas"]["Figures"];
            /** @description How things stand now; absent for an agent. */
            now: components["schemas"]["LineNow"] | null;
            /** @description By hour and weekday. */
            peakHours: components["schemas"]["PeakHour"][];
            /** @description By hour and weekday; empty where hours are not kept. */
            peak_hours: components["schemas"]["PeakHour"][];
            /** @description The days. */
            period: components["schemas"]["Period"];
            /** @description The lines, likewise; at most 20. */
            queues: components["schemas"]["FiguresOfUuid"][];
            /** @description Whose eyes it is for. */
            role: components["schemas"]["DashboardRole"];
            /** @description Whether the period contains today, so that it is not over. */
            running: boolean;
            /** @description The services, likewise. */
            services: components["schemas"]["FiguresOfUuid"][];
            /** @description The sites, the one that breaks its promises most first. */
            sites: components["schemas"]["FiguresOfUuid"][];
            systemPerformance: components["schemas"]["Performance"];
            /**
             * Format: double
             * @description How many were served in an hour in which anybody was; absent where hours are not kept.
             */
            throughput_per_hour: number | null;
        };
        /** @description A service, as anybody may know. */
        ServiceView: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Its name in other languages. */
            names: {
                [key: string]: string;
            };
        };
        /** @enum {string} */
        SessionKind: "web" | "token";
        /** @description A session as its owner sees it. */
        SessionView: {
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it ends by itself.
             */
            expires_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description From which address it began. */
            ip: string | null;
            /** @description How it is used. */
            kind: components["schemas"]["SessionKind"];
            /**
             * Format: date-time
             * @description When it was last refreshed.
             */
            last_used_at: string;
            /** @description With which program. */
            user_agent: string | null;
        };
        /** @description One page of a list. */
        SessionViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["SessionView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        SetStatus: {
            /**
             * @description Why they are on a break.
             * @default null
             */
            reason: string | null;
            /** @description Whether they take tickets. */
            status: components["schemas"]["AgentStatus"];
        };
        /** @description Who sets an app up. */
        SetUp: {
            /**
             * @description The password once more; absent for who has none.
             * @default null
             */
            password: string | null;
        };
        /** @description The settings of a tenant by name. */
        Settings: {
            [key: string]: unknown;
        };
        /** @description A queue in both documents' words. */
        SharedQueue: {
            /** @description Those in line, the next one first; at most fifty. */
            activeTickets: components["schemas"]["ActiveTicket"][];
            algorithm: components["schemas"]["Algorithm"];
            /** Format: int64 */
            ask_at_place: number | null;
            /**
             * Format: double
             * @description Mean minutes of service today.
             */
            averageServiceTime: number;
            /**
             * Format: double
             * @description Mean minutes of service today; the declared duration before anybody was served.
             */
            average_service_time: number;
            /** Format: int64 */
            call_ahead: number;
            /** @description Why it does not: `paused`, `inactive`, `closed`, `full`, `emergency`. */
            closed_reason: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The number called last. */
            currentNumber: string | null;
            /**
             * Format: int64
             * @description How many are in line, those outside too.
             */
            current_length: number;
            /** @description The number called last. */
            current_number: string | null;
            description: string;
            /** @description The wait of somebody who joins now. */
            estimate: components["schemas"]["Estimate"];
            /**
             * Format: int64
             * @description The median wait in whole minutes; where nobody serves (`estimate.serving` is false) as if one counter opened now.
             */
            estimated_wait_time: number;
            /** Format: int64 */
            first_number: number;
            /** Format: uuid */
            id: string;
            /** @description Whether it takes people at all. */
            isActive: boolean;
            /** Format: int64 */
            join_code_seconds: number | null;
            /** Format: int64 */
            join_within_meters: number | null;
            /** Format: int64 */
            last_number: number;
            /**
             * Format: int64
             * @description How many tickets may be alive at once.
             */
            maxActiveTickets: number | null;
            /** Format: int64 */
            max_active_tickets: number | null;
            /** Format: int64 */
            max_per_customer_per_day: number | null;
            name: string;
            /** Format: int64 */
            no_show_minutes: number;
            /** @description Whether it takes people now. */
            open: boolean;
            /**
             * Format: date-time
             * @description When the site opens next.
             */
            opens_at: string | null;
            /**
             * Format: uuid
             * @description What older documents call the tenant.
             */
            organization_id: string;
            /**
             * Format: int64
             * @description People in line who hold no ticket.
             */
            outside_count: number;
            /** Format: int64 */
            padding: number;
            /** Format: int64 */
            park_limit_minutes: number;
            prefix: string;
            /**
             * Format: uuid
             * @description The queue.
             */
            queueId: string;
            /** Format: int64 */
            recall_limit: number;
            reinstate: components["schemas"]["Reinstate"];
            /** Format: int64 */
            reinstate_minutes: number;
            reset: components["schemas"]["Reset"];
            service_ids: string[];
            /** Format: int64 */
            silent_minutes: number;
            /** Format: uuid */
            site_id: string;
            /** @description The day so far. */
            statistics: components["schemas"]["Statistics"];
            status: components["schemas"]["QueueStatus"];
            /** Format: uuid */
            tenant_id: string;
            transfer_keeps_number: boolean;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /** Format: int64 */
            version: number;
            wrap_up: boolean;
        };
        /** @description One page of a list. */
        SharedQueuePage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["SharedQueue"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A ticket in both documents' words. */
        SharedTicket: {
            /**
             * Format: uuid
             * @description The agent there.
             */
            agent_id: string | null;
            /** @description Their name. */
            agent_name: string | null;
            /** @description The operations that are possible now. */
            allowed: components["schemas"]["Op"][];
            /**
             * Format: date-time
             * @description When their page asked whether they still come.
             */
            asked_at: string | null;
            /** @description What the person needs. */
            assistance: string | null;
            /** @description The appointment that brought the person. */
            booked: components["schemas"]["Booked"] | null;
            /**
             * Format: date-time
             * @description When it was called: for the first time, where it was called again.
             */
            called_at: string | null;
            /** @description Through which door the person came. */
            channel: components["schemas"]["Channel"];
            /**
             * Format: uuid
             * @description Who holds it.
             */
            counter_id: string | null;
            /** @description That counter's label. */
            counter_number: string | null;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            createdAt: string;
            /** @description Their e-mail address. */
            customer_email: string | null;
            /**
             * Format: uuid
             * @description The person, where known.
             */
            customer_id: string | null;
            /** @description The person's name. */
            customer_name: string | null;
            /** @description Their phone number. */
            customer_phone: string | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it entered the line it stands in.
             */
            entered_at: string;
            /** @description How long it will still wait. */
            estimate: components["schemas"]["Estimate"] | null;
            /**
             * Format: int64
             * @description The median wait in whole minutes.
             */
            estimatedWaitTime: number | null;
            /**
             * Format: uuid
             * @description The member of staff who alone may call it: their time was booked, and they are here or still waited for.
             */
            for_agent_id: string | null;
            /** @description Their name. */
            for_agent_name: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /** @description What was said when it was issued. */
            issued_estimate: components["schemas"]["IssuedEstimate"] | null;
            /** @description What became of the next of them, once this ticket was served. */
            next_step: components["schemas"]["NextStepView"] | null;
            /** @description Remarks of staff. */
            notes: components["schemas"]["Note"][];
            /** @description Its number. */
            number: string;
            /** @description How the service ended. */
            outcome: string | null;
            /**
             * Format: date-time
             * @description Since when the person is late: they were called and have not come for as long as their line waits. The agent
             *     is advised to mark them as a no-show.
             */
            overdue_since: string | null;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /**
             * Format: date-time
             * @description Since when it is paused.
             */
            paused_at: string | null;
            /**
             * Format: int64
             * @description How many come before it.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1; null when it does not wait.
             */
            position: number | null;
            /** @description Its priority. */
            priority: components["schemas"]["PriorityView"];
            /**
             * Format: uuid
             * @description The line it stands in.
             */
            queueId: string;
            /**
             * Format: uuid
             * @description The line it stands in.
             */
            queue_id: string;
            /** @description That line's name. */
            queue_name: string;
            /**
             * Format: int64
             * @description How often its line allows that.
             */
            recall_limit: number;
            /**
             * Format: date-time
             * @description When it was last called again.
             */
            recalled_at: string | null;
            /**
             * Format: int64
             * @description How often it was called again.
             */
            recalls: number;
            /** @description The services still to come in this visit. */
            remaining_services: string[];
            /**
             * Format: date-time
             * @description When the person was last known to be there: checked in, or answered from their page.
             */
            seen_at: string | null;
            /**
             * Format: date-time
             * @description When it was served.
             */
            servedAt: string | null;
            /**
             * Format: uuid
             * @description What the person came for.
             */
            service_id: string;
            /** @description That service's name. */
            service_name: string;
            /**
             * Format: date-time
             * @description Since when they have not answered and are probably gone; they keep their place.
             */
            silent_since: string | null;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: date-time
             * @description When service began.
             */
            started_at: string | null;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Marks. */
            tags: string[];
            /** @description Its number. */
            ticketNumber: string;
            /**
             * Format: int64
             * @description How often it changed lines.
             */
            transfers: number;
            /**
             * Format: date-time
             * @description When it last came to another state: the latest of the times of its steps.
             */
            updatedAt: string;
            /**
             * @description The path of its page, for the person whose ticket it is. Whoever has it can act on the ticket without
             *     signing in, so nobody else is told.
             */
            url: string | null;
            /**
             * Format: uuid
             * @description The account of the person, where they have one.
             */
            userId: string | null;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /**
             * Format: uuid
             * @description The visit it is part of.
             */
            visit_id: string | null;
        };
        /** @description One page of a list. */
        SharedTicketPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["SharedTicket"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A new shift, or a change of one: what is absent stays. A new one needs everything but the note. */
        ShiftInput: {
            /**
             * Format: date-time
             * @description Until when, at most 24 hours later.
             * @default null
             */
            ends_at: string | null;
            /**
             * @description A word for who works.
             * @default null
             */
            note: string | null;
            /**
             * Format: uuid
             * @description Where.
             * @default null
             */
            site_id: string | null;
            /**
             * Format: date-time
             * @description From when.
             * @default null
             */
            starts_at: string | null;
            /**
             * Format: uuid
             * @description Who: the person's id, or the membership's.
             * @default null
             */
            user_id: string | null;
        };
        /** @description A shift as the API shows it. */
        ShiftView: {
            /**
             * Format: date-time
             * @description When the person signed in to a counter.
             */
            clocked_in_at: string | null;
            /**
             * Format: date-time
             * @description When they last signed out.
             */
            clocked_out_at: string | null;
            /**
             * Format: date-time
             * @description Until when.
             */
            ends_at: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Whether the person has not come though it began more than five minutes ago. */
            late: boolean;
            /** @description A word of the planner. */
            note: string;
            /** @description Whether those who work can see it. */
            published: boolean;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: date-time
             * @description From when.
             */
            starts_at: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: uuid
             * @description Who.
             */
            user_id: string;
            /** @description What they are called. */
            user_name: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
        };
        /** @description One page of a list. */
        ShiftViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["ShiftView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description What somebody shows or types: one of both. */
        Shown: {
            /**
             * @description The reference of the appointment, or what its QR code says: the address of its page.
             * @default null
             */
            code: string | null;
            /**
             * @description The telephone number that the appointment was booked with, with its country or without.
             * @default null
             */
            phone: string | null;
        };
        /** @description What a person signs in with. */
        SignIn: {
            /**
             * @description The e-mail address; a user name is taken too.
             * @default null
             */
            email: string | null;
            /** @description The password. */
            password: string;
            /**
             * @description Accepted for clients that send it; a session lives as long either way.
             * @default null
             */
            remember: boolean | null;
            /**
             * @description The tenant to sign in to, by short name or id; needed only by who belongs to several.
             * @default null
             */
            tenant: string | null;
            /**
             * @description The user name, where the client has a field of its own for it.
             * @default null
             */
            username: string | null;
        };
        SignIn2: {
            /**
             * Format: uuid
             * @description Where.
             */
            counter_id: string;
            /**
             * @description Whether somebody who sits there is signed out.
             * @default false
             */
            take_over: boolean;
        };
        /** @description A device that has not been heard of. */
        SilentDevice: {
            /**
             * Format: uuid
             * @description The device.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last seen.
             */
            last_seen: string | null;
            /** @description Its name. */
            name: string;
        };
        /** @description What is public about a site's lines. */
        SiteBoard: {
            /**
             * Format: date-time
             * @description When this was true.
             */
            at: string;
            /** @description Its counters, each as it stands. */
            counters: components["schemas"]["BoardCounter"][];
            /** @description The last calls, the newest first. */
            last_called: components["schemas"]["CallView"][];
            /** @description Called or served now, the newest first. */
            now_serving: components["schemas"]["CallView"][];
            /** @description Its lines. */
            queues: components["schemas"]["BoardQueue"][];
            /** @description Where. */
            site: components["schemas"]["BoardSite"];
            /** @description Whose. */
            tenant: components["schemas"]["BoardTenant"];
        };
        /** @description A new site, or a change of one: what is absent stays, or has its default. A new site needs a name. */
        SiteChange: {
            /** @description Its postal address. */
            address?: string | null;
            /**
             * Format: int64
             * @description How many people it holds.
             */
            capacity?: number | null;
            /**
             * @description Its holidays and other exceptions as a whole.
             * @default null
             */
            holidays: components["schemas"]["ExceptionInput"][] | null;
            /** @description Its weekly hours as a whole; null means open around the clock. */
            hours?: components["schemas"]["WeeklyInput"] | null;
            /**
             * @description True makes it the default site; the one before loses it. False is taken only from sites that are not.
             * @default null
             */
            is_default: boolean | null;
            /**
             * @description What it is.
             * @default null
             */
            kind: components["schemas"]["SiteKind"] | null;
            /**
             * Format: double
             * @description Degrees north of the equator.
             */
            latitude?: number | null;
            /**
             * Format: double
             * @description Degrees east of Greenwich.
             */
            longitude?: number | null;
            /**
             * Format: uuid
             * @description Who runs it.
             */
            manager_id?: string | null;
            /**
             * @description Its name.
             * @default null
             */
            name: string | null;
            /** @description A line for everybody who looks at this site. */
            notice?: string | null;
            /**
             * @description Its short name.
             * @default null
             */
            slug: string | null;
            /**
             * @description Whether it takes people.
             * @default null
             */
            status: components["schemas"]["SiteStatus"] | null;
            /**
             * @description Its time zone, an IANA name.
             * @default null
             */
            timezone: string | null;
        };
        /** @enum {string} */
        SiteKind: "branch" | "shop" | "factory";
        /** @description A device of a site. */
        SiteMachine: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was last seen.
             */
            last_seen: string | null;
            /** @description What people call it. */
            name: string;
            /** @description Whether it was seen in the last 90 seconds. */
            online: boolean;
            /**
             * Format: uuid
             * @description Where it stands.
             */
            site_id: string;
            /** @description What it is. */
            type: components["schemas"]["DeviceType"];
        };
        /** @enum {string} */
        SiteStatus: "active" | "inactive" | "closed";
        /** @description A site as the API shows it: what is kept, and whether it is open now. */
        SiteView: {
            /** @description Its postal address. */
            address: string | null;
            /**
             * Format: date
             * @description Its business day now.
             */
            business_day: string;
            /**
             * Format: int64
             * @description How many people it holds.
             */
            capacity: number | null;
            /**
             * Format: date-time
             * @description When it closes; null when it is closed, or never closes within a year.
             */
            closes_at: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description Its holidays and other exceptions, by date. */
            holidays: components["schemas"]["Exception"][];
            /** @description Its weekly hours; null means open around the clock. */
            hours: components["schemas"]["Weekly"] | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Whether it is meant where a request names no site. */
            is_default: boolean;
            /** @description What it is. */
            kind: components["schemas"]["SiteKind"];
            /**
             * Format: double
             * @description Degrees north of the equator.
             */
            latitude: number | null;
            /**
             * Format: double
             * @description Degrees east of Greenwich.
             */
            longitude: number | null;
            /**
             * Format: uuid
             * @description Who runs it.
             */
            manager_id: string | null;
            /** @description Its name. */
            name: string;
            /** @description A line for everybody who looks at this site. */
            notice: string | null;
            /** @description Open now. */
            open: boolean;
            /**
             * Format: date-time
             * @description When it opens next; null when it is open, or never opens within a year.
             */
            opens_at: string | null;
            /** @description Its short name in addresses. */
            slug: string;
            /** @description Whether it takes people. */
            status: components["schemas"]["SiteStatus"];
            /**
             * Format: uuid
             * @description Whose it is.
             */
            tenant_id: string;
            /** @description Its time zone, an IANA name. */
            timezone: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description One page of a list. */
        SiteViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["SiteView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description How far back a called ticket goes. */
        Skip: {
            /**
             * Format: uint32
             * @description Behind so many people; one when absent.
             * @default null
             */
            places: number | null;
            /**
             * @description Behind everybody.
             * @default false
             */
            to_end: boolean;
        };
        SkipToken: {
            /**
             * Format: uint32
             * @description Behind so many people.
             * @default null
             */
            places: number | null;
            /**
             * @description Behind everybody.
             * @default false
             */
            to_end: boolean;
            /**
             * Format: uuid
             * @description The token; what the counter holds when absent.
             * @default null
             */
            token_id: string | null;
        };
        /** @description How the promised waits were kept. */
        Sla: {
            /** @description Day by day. */
            days: components["schemas"]["SlaDay"][];
            /**
             * Format: int64
             * @description Calls within it.
             */
            met: number;
            /**
             * Format: double
             * @description How many of a hundred.
             */
            met_percent: number | null;
            /** @description The days. */
            period: components["schemas"]["Period"];
            /**
             * Format: int64
             * @description Calls for which a wait was promised.
             */
            promised: number;
            /** @description Lines with promises, the one that breaks most first; at most 50. */
            queues: components["schemas"]["FiguresOfUuid"][];
            /** @description How many of a hundred waited at most 5, 10, 15, 30 and 60 minutes. */
            within: components["schemas"]["WaitShare"][];
        };
        /** @description A day's calls against the promise. */
        SlaDay: {
            /** @description Which. */
            date: string;
            /**
             * Format: int64
             * @description Calls within it.
             */
            met: number;
            /**
             * Format: double
             * @description How many of a hundred.
             */
            met_percent: number | null;
            /**
             * Format: int64
             * @description Calls for which a wait was promised.
             */
            promised: number;
        };
        /** @description A slot and how many places are left. */
        Slot: {
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: int64
             * @description How many places are left, where all who are asked for fit in; 0 for a full one.
             */
            free: number;
            /**
             * Format: date-time
             * @description When it begins.
             */
            starts_at: string;
        };
        /** @description The slots of some days. */
        Slots: {
            /** @description The days, in order. */
            days: components["schemas"]["Day"][];
            /**
             * Format: int64
             * @description How many people may come together where they book for themselves.
             */
            max_party: number;
            /** @description The next slot with a free place within three months. */
            next: components["schemas"]["Slot"] | null;
            /** @description With whom one can book, by name; empty where nobody in particular can be chosen. */
            people: components["schemas"]["BookableStaff"][];
            /** @description What for. */
            service: components["schemas"]["ServiceView"];
            /** @description Where. */
            site: components["schemas"]["PlaceView"];
        };
        /** @enum {string} */
        Source: "staff" | "ticket" | "appointment" | "account" | "sale" | "import";
        /**
         * @description One stretch of being open, in the site's own wall-clock time.
         *
         *     `closes` before `opens` means the next morning: 18:00–02:00 ends on the following day.
         */
        Span: {
            /**
             * @description Closes at, `HH:MM`; `24:00` is midnight at the end of the day.
             * @example 08:30
             */
            closes: string;
            /**
             * @description Opens at, `HH:MM`.
             * @example 08:30
             */
            opens: string;
        };
        /** @description What a member of staff is signed in with. */
        StaffMachine: {
            /** @description Whether it is a browser's session or a long-lived token. */
            kind: components["schemas"]["SessionKind"];
            /**
             * Format: date-time
             * @description When it was last renewed.
             */
            last_seen: string;
            /** @description What they are called. */
            name: string;
            /** @description What the program said of itself. */
            user_agent: string | null;
            /**
             * Format: uuid
             * @description Who.
             */
            user_id: string;
        };
        /** @description One half-hour of a suggestion. */
        StaffingHalfHour: {
            /**
             * Format: date-time
             * @description When it begins.
             */
            at: string;
            /** @description Which ones, as far as they are counters of the site: the one that is missed least last. */
            counter_ids: string[];
            /**
             * Format: int64
             * @description How many it needs; 0 where nobody waits any more and nobody comes.
             */
            counters: number;
            /**
             * Format: int64
             * @description How many counters are open now.
             */
            open: number;
            /**
             * Format: double
             * @description What comes of the whole suggestion for those who join in it, of the line that is called in time least often; below
             *     the goal where all counters of the site are not enough. Null where nobody joins.
             */
            sla_percent: number | null;
        };
        /** @description How many counters each half-hour needs, at least. */
        StaffingSuggestion: {
            /**
             * Format: double
             * @description What is called within its target then in each line that a counter serves, at least, in percent.
             */
            goal_percent: number;
            /** @description By half-hour. */
            half_hours: components["schemas"]["StaffingHalfHour"][];
        };
        /** @description How a token in line stands, or one for a slot to come. */
        Standing: components["schemas"]["TokenStatus"] | components["schemas"]["TokenBooked"];
        /** @description A counter: its settings and how it stands now. */
        StandingCounter: {
            /** @description Who sits there. */
            agent: components["schemas"]["AgentView"] | null;
            /**
             * Format: int64
             * @description How many tickets it may hold at once.
             */
            capacity: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: int64
             * @description How many it served today.
             */
            customers_served_today: number;
            /**
             * Format: int64
             * @description How many tickets it holds.
             */
            holding: number;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description The short label that boards show. */
            number: string;
            /**
             * Format: uuid
             * @description Whose, as older documents call it.
             */
            organization_id: string;
            /**
             * Format: uuid
             * @description The first of them, as older documents name it.
             */
            queue_id: string | null;
            /** @description What it serves, in order. */
            queue_ids: string[];
            /** @description Its lines and how long they are. */
            queues: components["schemas"]["CounterQueue"][];
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description Who usually sits there, or sits there now.
             */
            staff_id: string | null;
            /** @description `closed`, `idle` or `busy`. */
            state: string;
            /**
             * Format: date-time
             * @description Since when it is as it is.
             */
            state_since: string | null;
            status: components["schemas"]["CounterWord"];
            /**
             * Format: date-time
             * @description When it was last changed, opened or closed.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /** @description Shares by queue. */
            weights: {
                [key: string]: number;
            } | null;
        };
        /** @description One page of a list. */
        StandingCounterPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["StandingCounter"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Who begins, and for what. */
        Start: {
            /**
             * @description Whether the account there is to be connected with that of whoever is signed in here.
             * @default false
             */
            link: boolean;
        };
        /** @description What a new device says of itself. */
        StartPairing: {
            /**
             * @description What it is.
             * @default null
             */
            type: components["schemas"]["DeviceType"] | null;
        };
        /** @enum {string} */
        State: "held" | "booked" | "checked_in" | "completed" | "cancelled" | "no_show" | "expired";
        /** @description The figures of [`QueueUpdated`]. */
        Statistics: {
            /**
             * Format: double
             * @description Mean minutes served today.
             */
            averageServiceTime: number;
            /**
             * Format: double
             * @description Mean minutes waited today.
             */
            averageWaitTime: number;
            /**
             * Format: int64
             * @description How many were served today.
             */
            servedToday: number;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description A line's business day so far. */
        Stats: {
            /**
             * Format: double
             * @description How many of a hundred left or did not come.
             */
            abandonment_percent: number;
            /**
             * Format: double
             * @description Mean minutes served.
             */
            average_service_minutes: number;
            /**
             * Format: double
             * @description Mean minutes waited.
             */
            average_wait_minutes: number;
            /**
             * Format: double
             * @description How long the one who waits longest has waited.
             */
            longest_current_wait_minutes: number;
            /**
             * Format: double
             * @description What nine in ten were served within.
             */
            p90_service_minutes: number;
            /**
             * Format: double
             * @description What nine in ten waited less than.
             */
            p90_wait_minutes: number;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: int64
             * @description How many were served.
             */
            served_today: number;
            /**
             * Format: int64
             * @description How many a counter holds.
             */
            serving: number;
            /**
             * Format: double
             * @description How many of a hundred were called within the target.
             */
            sla_met_percent: number | null;
            /**
             * Format: double
             * @description How many were served in an hour.
             */
            throughput_per_hour: number;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @enum {string} */
        Status: "waiting" | "called" | "serving" | "wrap_up" | "paused" | "parked" | "served" | "no_show" | "cancelled" | "expired";
        /** @description Whether to let somebody in. */
        StatusBody: {
            /** @description Whether the membership in this tenant counts. */
            status: components["schemas"]["MemberStatus"];
        };
        /** @description A visit that waits for staff: somebody was served, and the next step could not be issued. */
        StoppedVisit: {
            /** @description Its number. */
            number: string;
            /**
             * Format: date-time
             * @description Since when.
             */
            since: string;
            /** @description Which step, and why it could not be issued. */
            step: components["schemas"]["NextStepView"];
            /**
             * Format: uuid
             * @description The ticket that was served last; the next step is issued from it.
             */
            ticket_id: string;
        };
        /** @description The strip at the top. */
        Strip: {
            /**
             * Format: int64
             * @description Lines that will more likely than not break their promise, or have.
             */
            at_risk: number;
            /**
             * Format: int64
             * @description How many the site holds, where that is known.
             */
            capacity: number | null;
            /**
             * Format: int64
             * @description All counters.
             */
            counters_all: number;
            /**
             * Format: int64
             * @description Counters that are open.
             */
            counters_open: number;
            /**
             * Format: double
             * @description How long the longest has waited, in minutes.
             */
            longest_minutes: number;
            /**
             * Format: int64
             * @description How many people wait or are served, whole parties counted.
             */
            people: number;
            /**
             * Format: int64
             * @description How many wait.
             */
            waiting: number;
        };
        /** @description One thing to press. */
        Suggestion: {
            /**
             * Format: uuid
             * @description Which counter.
             */
            counter_id: string;
            /** @description Its label. */
            counter_number: string;
            /**
             * Format: double
             * @description The wait as it is, in minutes; where nobody serves those whom it helps the same as it would be.
             */
            from_minutes: number;
            /** @description Which sentence: `open_counter`. */
            text_key: string;
            /**
             * Format: double
             * @description The wait as it would be.
             */
            to_minutes: number;
        };
        /** @description What people said: all of it, and split. */
        Summary: {
            /** @description By what it is split. */
            by: components["schemas"]["Grouping"];
            /** @description The parts, those with the most answers first; hours in order. */
            items: components["schemas"]["SummaryRow"][];
            /** @description All of it. */
            total: components["schemas"]["SummaryRow"];
        };
        /** @description What people said, in figures. */
        SummaryRow: {
            /**
             * Format: double
             * @description The mean CSAT score.
             * @example 4.3
             */
            csat_average: number | null;
            /**
             * Format: double
             * @description How many in a hundred of the CSAT scores are 4 or 5.
             * @example 85.7
             */
            csat_percent: number | null;
            /**
             * Format: int64
             * @description How many gave 0 to 6.
             */
            detractors: number;
            /** @description The service, agent or site, or the hour; null for all of it, and for who served when nobody knows. */
            key: string | null;
            /** @description Its name. */
            name: string | null;
            /**
             * Format: double
             * @description Promoters less detractors, in a hundred: -100 to 100.
             * @example 31
             */
            nps: number | null;
            /**
             * Format: int64
             * @description How many gave 7 or 8.
             */
            passives: number;
            /**
             * Format: int64
             * @description How many gave 9 or 10.
             */
            promoters: number;
            /**
             * Format: int64
             * @description How many said something.
             * @example 42
             */
            responses: number;
        };
        /** @description Where to go on. */
        Switch: {
            /**
             * @description The organisation, by short name or id; absent where its operator leaves to the installation itself.
             * @default null
             */
            tenant: string | null;
        };
        /** @description What the installation does at present. */
        SystemMetrics: {
            /**
             * Format: uint64
             * @description Of those, answered with 500 or more.
             */
            failed: number;
            /**
             * Format: uint64
             * @description Of those, answered with 400 to 499.
             */
            refused: number;
            /**
             * Format: uint64
             * @description Requests answered so far.
             */
            requests: number;
            /** @description Each route that was asked at least once. */
            routes: components["schemas"]["RouteMetrics"][];
            /**
             * Format: uint64
             * @description Seconds since it started.
             */
            uptime_seconds: number;
        };
        /** @description The points that went back with a refund. */
        TakenBack: {
            /**
             * Format: int64
             * @description How much of the purchase can still be refunded; null where its amount is not known, or its customer is gone.
             * @example 750
             */
            amount_left: number | null;
            /** @description How the customer stands now. */
            points: components["schemas"]["Points"];
            /** @description The line of the ledger; null where there was none to write. */
            transaction: components["schemas"]["Transaction"] | null;
        };
        /** @description What became of an upload. */
        TakenIn: {
            /** @description The tickets that were taken in now; those of an earlier upload are not among them. */
            items: components["schemas"]["TicketView"][];
            /** @description What became of each, in the order of the upload. */
            results: components["schemas"]["Uploaded"][];
        };
        /** @description A customer organisation. */
        Tenant: {
            /** @description Its postal address. */
            address: string | null;
            /** @description Its colours and logo. */
            branding: components["schemas"]["Branding"];
            /** @description Where it can be written to. */
            contact_email: string | null;
            /**
             * Format: date-time
             * @description When it was created.
             */
            created_at: string;
            /** @description Its currency, an ISO 4217 code. */
            currency: components["schemas"]["Currency"];
            /** @description The language of those who have not chosen one, a BCP 47 tag. */
            default_locale: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Whether it is shown in the public list of tenants. */
            listed: boolean;
            /** @description The languages its screens offer, in order; the default one is among them. */
            locales: string[];
            /** @description Address of its logo; the one of its branding. */
            logo_url: string | null;
            /** @description Its name. */
            name: string;
            /** @description Where it can be called. */
            phone_number: string | null;
            /** @description Choices of this tenant by name: see [`super::settings`]. */
            settings: {
                [key: string]: unknown;
            };
            /** @description Its short name in addresses; unique in the installation. */
            slug: string;
            /** @description Whether it works. */
            status: components["schemas"]["TenantStatus"];
            /** @description Its time zone, an IANA name; new sites take it. */
            timezone: string;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description A tenant in few words. */
        TenantBrief: {
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Its name. */
            name: string;
            /** @description Its short name. */
            slug: string;
        };
        /** @description A change of a tenant; what is absent stays. */
        TenantChange: {
            /** @description Its postal address. */
            address?: string | null;
            /**
             * @description Its colours and logo, as a whole.
             * @default null
             */
            branding: components["schemas"]["BrandingInput"] | null;
            /** @description Where it can be written to. */
            contact_email?: string | null;
            /**
             * @description Its currency.
             * @default null
             */
            currency: components["schemas"]["Currency"] | null;
            /**
             * @description The language of those who have not chosen one.
             * @default null
             */
            default_locale: string | null;
            /**
             * @description Whether it is shown in the public list of tenants.
             * @default null
             */
            listed: boolean | null;
            /**
             * @description The languages its screens offer.
             * @default null
             */
            locales: string[] | null;
            /** @description Address of its logo. */
            logo_url?: string | null;
            /**
             * @description Its name.
             * @default null
             */
            name: string | null;
            /** @description Where it can be called. */
            phone_number?: string | null;
            /**
             * @description Choices to set by name; null takes one away, what is not named stays.
             * @default null
             */
            settings: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Its short name; only the platform administrator changes it, because addresses carry it.
             * @default null
             */
            slug: string | null;
            /**
             * @description Whether it works; only the platform administrator changes it.
             * @default null
             */
            status: components["schemas"]["TenantStatus"] | null;
            /**
             * @description Its time zone.
             * @default null
             */
            timezone: string | null;
        };
        /** @description One page of a list. */
        TenantPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Tenant"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @enum {string} */
        TenantStatus: "active" | "suspended";
        /** @description One part of a rank. */
        Term: {
            /**
             * @description Its name: `entered` (`appointment` for who has booked), `head_start`, `target`, `moved`; `skills` and `with` are no
             *     part of the rank and say who can serve it.
             */
            name: string;
            /** @description In words. */
            text: string;
            /**
             * Format: double
             * @description Its weight in minutes; for `entered` and `appointment` how long ago it was, for `skills` how many open counters can.
             */
            value: number;
        };
        /** @enum {string} */
        TestOutcome: "done" | "blocked" | "no_voice" | "no_printer" | "no_paper" | "printer_away" | "busy" | "failed";
        /** @description What follows when a rule's condition holds; the first rule that decides a point decides it. */
        Then: {
            /**
             * @description With this priority class.
             * @default null
             */
            class: string | null;
            /**
             * Format: uuid
             * @description Into this line instead.
             * @default null
             */
            queue_id: string | null;
            /**
             * @description Not at all; the person reads this.
             * @default null
             */
            refuse: string | null;
            /**
             * @description With this mark.
             * @default null
             */
            tag: string | null;
        };
        /** @description What follows when a rule's condition holds; the first rule that decides a point decides it. */
        ThenInput: {
            /**
             * @description With this priority class.
             * @default null
             */
            class: string | null;
            /**
             * Format: uuid
             * @description Into this line instead.
             * @default null
             */
            queue_id: string | null;
            /**
             * @description Not at all; the person reads this.
             * @default null
             */
            refuse: string | null;
            /**
             * @description With this mark.
             * @default null
             */
            tag: string | null;
        };
        /** @description A ticket for one live connection. */
        Ticket: {
            /**
             * Format: int64
             * @description How long it is good, in seconds.
             */
            expires_in: number;
            /** @description The ticket. */
            ticket: string;
        };
        /** @description A ticket as staff and programs see it. */
        TicketView: {
            /**
             * Format: uuid
             * @description The agent there.
             */
            agent_id: string | null;
            /** @description Their name. */
            agent_name: string | null;
            /** @description The operations that are possible now. */
            allowed: components["schemas"]["Op"][];
            /**
             * Format: date-time
             * @description When their page asked whether they still come.
             */
            asked_at: string | null;
            /** @description What the person needs. */
            assistance: string | null;
            /** @description The appointment that brought the person. */
            booked: components["schemas"]["Booked"] | null;
            /**
             * Format: date-time
             * @description When it was called: for the first time, where it was called again.
             */
            called_at: string | null;
            /** @description Through which door the person came. */
            channel: components["schemas"]["Channel"];
            /**
             * Format: uuid
             * @description Who holds it.
             */
            counter_id: string | null;
            /** @description That counter's label. */
            counter_number: string | null;
            /** @description Their e-mail address. */
            customer_email: string | null;
            /**
             * Format: uuid
             * @description The person, where known.
             */
            customer_id: string | null;
            /** @description The person's name. */
            customer_name: string | null;
            /** @description Their phone number. */
            customer_phone: string | null;
            /**
             * Format: date-time
             * @description When its life ended.
             */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When it entered the line it stands in.
             */
            entered_at: string;
            /** @description How long it will still wait. */
            estimate: components["schemas"]["Estimate"] | null;
            /**
             * Format: uuid
             * @description The member of staff who alone may call it: their time was booked, and they are here or still waited for.
             */
            for_agent_id: string | null;
            /** @description Their name. */
            for_agent_name: string | null;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /** @description What was said when it was issued. */
            issued_estimate: components["schemas"]["IssuedEstimate"] | null;
            /** @description What became of the next of them, once this ticket was served. */
            next_step: components["schemas"]["NextStepView"] | null;
            /** @description Remarks of staff. */
            notes: components["schemas"]["Note"][];
            /** @description Its number. */
            number: string;
            /** @description How the service ended. */
            outcome: string | null;
            /**
             * Format: date-time
             * @description Since when the person is late: they were called and have not come for as long as their line waits. The agent
             *     is advised to mark them as a no-show.
             */
            overdue_since: string | null;
            /**
             * Format: date-time
             * @description When it comes back into the line.
             */
            parked_until: string | null;
            /**
             * Format: int64
             * @description How many people.
             */
            party_size: number;
            /**
             * Format: date-time
             * @description Since when it is paused.
             */
            paused_at: string | null;
            /**
             * Format: int64
             * @description How many come before it.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1; null when it does not wait.
             */
            position: number | null;
            /** @description Its priority. */
            priority: components["schemas"]["PriorityView"];
            /**
             * Format: uuid
             * @description The line it stands in.
             */
            queue_id: string;
            /** @description That line's name. */
            queue_name: string;
            /**
             * Format: int64
             * @description How often its line allows that.
             */
            recall_limit: number;
            /**
             * Format: date-time
             * @description When it was last called again.
             */
            recalled_at: string | null;
            /**
             * Format: int64
             * @description How often it was called again.
             */
            recalls: number;
            /** @description The services still to come in this visit. */
            remaining_services: string[];
            /**
             * Format: date-time
             * @description When the person was last known to be there: checked in, or answered from their page.
             */
            seen_at: string | null;
            /**
             * Format: uuid
             * @description What the person came for.
             */
            service_id: string;
            /** @description That service's name. */
            service_name: string;
            /**
             * Format: date-time
             * @description Since when they have not answered and are probably gone; they keep their place.
             */
            silent_since: string | null;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /**
             * Format: date-time
             * @description When service began.
             */
            started_at: string | null;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /** @description Marks. */
            tags: string[];
            /**
             * Format: int64
             * @description How often it changed lines.
             */
            transfers: number;
            /**
             * Format: int64
             * @description Counts its changes.
             */
            version: number;
            /**
             * Format: uuid
             * @description The visit it is part of.
             */
            visit_id: string | null;
        };
        /** @description One page of a list. */
        TicketViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["TicketView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description A level that people reach by what they have earned in all. */
        Tier: {
            /**
             * Format: int64
             * @description From how many earned points on.
             * @example 500
             */
            from_points: number;
            /**
             * Format: int64
             * @description What is earned there, in percent; 100 when absent.
             * @default 100
             * @example 150
             */
            multiplier_percent: number;
            /**
             * @description Its name.
             * @example Gold
             */
            name: string;
        };
        /** @description A level that people reach by what they have earned in all. */
        TierInput: {
            /**
             * Format: int64
             * @description From how many earned points on.
             * @example 500
             */
            from_points: number;
            /**
             * Format: int64
             * @description What is earned there, in percent; 100 when absent.
             * @default 100
             * @example 150
             */
            multiplier_percent: number;
            /**
             * @description Its name.
             * @example Gold
             */
            name: string;
        };
        /** @description A level in few words. */
        TierView: {
            /**
             * Format: int64
             * @description From how many earned points on.
             */
            from_points: number;
            /**
             * @description Its name.
             * @example Gold
             */
            name: string;
        };
        /** @description A token at a counter. */
        Token: {
            /**
             * Format: date-time
             * @description When it was called.
             */
            called_at: string | null;
            /**
             * Format: uuid
             * @description Who holds it.
             */
            counter_id: string | null;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: date-time
             * @description When it was served.
             */
            served_at: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /**
             * Format: uuid
             * @description Its id.
             */
            token_id: string;
            /** @description Its number. */
            token_number: string;
        };
        /** @description A token for a slot. It becomes one in line when its holder checks in. */
        TokenBooked: {
            /**
             * Format: date-time
             * @description When it ends.
             */
            ends_at: string;
            /**
             * Format: int64
             * @description Whole minutes until the slot begins.
             */
            eta: number;
            /**
             * Format: date-time
             * @description When the slot begins.
             */
            preferred_slot: string;
            /** @description What the QR code on the receipt opens. */
            qr: string;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where.
             */
            site_id: string;
            /** @description How the appointment stands: `booked`, `cancelled`, `no_show` … */
            status: string;
            /**
             * Format: uuid
             * @description The appointment's id.
             */
            token_id: string;
            /** @description What the appointment is called by. */
            token_number: string;
        };
        /** @description A place in line, or a booked slot. */
        TokenGiven: components["schemas"]["TokenMade"] | components["schemas"]["TokenBooked"];
        /** @description A new token. */
        TokenMade: {
            /** @description The wait as a range. */
            estimate: components["schemas"]["Estimate"];
            /**
             * Format: int64
             * @description The median wait in whole minutes; where nobody serves (`estimate.serving` is false) as if one counter opened now.
             */
            eta: number;
            /**
             * Format: date-time
             * @description When it was issued.
             */
            issued_at: string;
            /**
             * Format: int64
             * @description Its place in line, from 1.
             */
            position: number;
            /** @description What the QR code on the receipt opens. */
            qr: string;
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /**
             * Format: uuid
             * @description Its id.
             */
            token_id: string;
            /** @description The number on the receipt. */
            token_number: string;
        };
        /** @description How a token stands. */
        TokenStatus: {
            /**
             * Format: uuid
             * @description Where to go.
             */
            counter_id: string | null;
            /** @description That counter's label. */
            counter_number: string | null;
            /** @description The wait as a range. */
            estimate: components["schemas"]["Estimate"] | null;
            /**
             * Format: int64
             * @description The median wait in whole minutes, likewise; null once it waits no more.
             */
            eta: number | null;
            /**
             * Format: int64
             * @description How many come before it.
             */
            people_ahead: number | null;
            /**
             * Format: int64
             * @description Its place in line, from 1.
             */
            position: number | null;
            /**
             * Format: int64
             * @description The same under the document's words.
             */
            queue_position: number | null;
            /** @description Where it stands. */
            status: components["schemas"]["Status"];
            /**
             * Format: uuid
             * @description Its id.
             */
            token_id: string;
            /** @description Its number. */
            token_number: string;
        };
        /** @enum {string} */
        Tongue: "en" | "fr" | "de" | "es" | "ar";
        /** @description Something that happened outside. */
        Track: {
            /**
             * @description What happened, in small letters: `ticket_created`, `page.viewed`.
             * @example page.viewed
             */
            event_type: string;
            /**
             * @description Whatever else is to be known; an object of at most 30 members and 4096 bytes.
             * @default {}
             */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @description The line that it is about.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: date-time
             * @description When it happened; now when absent, and at most 30 days ago.
             * @default null
             */
            timestamp: string | null;
            /**
             * Format: uuid
             * @description The person that it is about; the caller when absent. Another person's needs `analytics:write`.
             * @default null
             */
            user_id: string | null;
        };
        /** @description How often something happened outside. */
        TrackedCount: {
            /**
             * Format: int64
             * @description How often.
             */
            count: number;
            /** @description What. */
            event_type: string;
        };
        /** @description What was written down. */
        TrackedEvent: {
            /** @description What happened. */
            event_type: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description Whatever else was told. */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @description The line.
             */
            queue_id: string | null;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * Format: uuid
             * @description The person.
             */
            user_id: string | null;
        };
        /** @description One line of the ledger as the API shows it: a transaction in zeroQ's words. */
        Transaction: {
            /**
             * Format: int64
             * @description For how much a purchase or its refund was, in minor units of the tenant's currency.
             */
            amount: number | null;
            /**
             * Format: int64
             * @description The balance after it.
             * @example 25
             */
            balance: number;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The customer.
             */
            customer_id: string;
            /**
             * Format: uuid
             * @description Its id.
             */
            id: string;
            /** @description What whoever made it says. */
            note: string | null;
            /**
             * Format: int64
             * @description How many points came, or went where it is negative.
             * @example 10
             */
            points_change: number;
            /**
             * Format: uuid
             * @description The ticket, feedback or redemption that it is about; for a refund, the line with which its purchase came.
             */
            reference_id: string | null;
            /**
             * Format: uuid
             * @description The reward, for a redemption.
             */
            reward_id: string | null;
            /** @description What was done for them. */
            trigger: components["schemas"]["Trigger"] | null;
            /** @description Why. */
            type: components["schemas"]["EntryKind"];
            /**
             * Format: uuid
             * @description The account of the customer, where they have one.
             */
            user_id: string | null;
        };
        /** @description One page of a list. */
        TransactionPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["Transaction"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description Where a ticket goes: exactly one of the three. */
        Transfer: {
            /**
             * Format: uuid
             * @description To this counter, which alone may call it.
             * @default null
             */
            counter_id: string | null;
            /**
             * @description Whether the number stays; the other line's own setting when absent.
             * @default null
             */
            keep_number: boolean | null;
            /**
             * @description A remark for whoever takes over.
             * @default null
             */
            note: string | null;
            /**
             * Format: uuid
             * @description Into this line.
             * @default null
             */
            queue_id: string | null;
            /**
             * Format: uuid
             * @description To this service, in the shortest line that offers it.
             * @default null
             */
            service_id: string | null;
        };
        /** @enum {string} */
        Trigger: "joined" | "served" | "waited" | "purchase" | "feedback";
        Turned: {
            /** @description The ticket that was finished. */
            completed: components["schemas"]["TicketView"] | null;
            /** @description The ticket that was called; null when nobody waits. */
            ticket: components["schemas"]["TicketView"] | null;
        };
        UndoneView: {
            /** @description The tickets as they stand again. */
            tickets: components["schemas"]["TicketView"][];
            /** @description The operation that was taken back. */
            undone: string;
        };
        /** @description A call that a display did not play. */
        UnheardCall: {
            /** @description Whether a display played it; each has to for itself. */
            acknowledged: boolean;
            /**
             * Format: uuid
             * @description The announcement.
             */
            announcement_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            called_at: string;
            /**
             * Format: uuid
             * @description Where to.
             */
            counter_id: string;
            /** @description That counter's name. */
            counter_name: string;
            /** @description That counter's label. */
            counter_number: string;
            /** @description The names of the displays that have not said in time that they played it. */
            displays: string[];
            /** @description What the board shows of the person, as the tenant chose: their first name or initials, else the number. */
            label: string;
            /** @description The names of the displays that showed it and had no sound that a person could hear. */
            mute: string[];
            /** @description Its number. */
            number: string;
            /**
             * Format: uuid
             * @description From which line.
             */
            queue_id: string;
            /** @description Whether it was called before. */
            recall: boolean;
            /** @description Whether the person has come and is served. */
            serving: boolean;
            /**
             * Format: uuid
             * @description At which site: a display may show those of several.
             */
            site_id: string;
            /**
             * Format: uuid
             * @description The ticket.
             */
            ticket_id: string;
            /** @description The names of the displays that have a voice and could only chime. */
            voiceless: string[];
        };
        /** @description By how many people a line changed that hold no ticket. */
        Update: {
            /**
             * Format: int64
             * @description How many more, or fewer.
             */
            change: number;
            /** @description The service's name, code or id. */
            service_type: string;
        };
        /** @description The line before and after. */
        Updated: {
            /**
             * Format: int64
             * @description The length after.
             */
            new_queue_length: number;
            /**
             * Format: int64
             * @description The length before.
             */
            previous_length: number;
            /** @description The service as it was named. */
            service_type: string;
            /** @description When, in UTC and without a zone, as zeroQ has it. */
            timestamp: string;
        };
        /** @description What became of one ticket that was printed offline. */
        Uploaded: {
            /** @description The code of the refusal. */
            code: string | null;
            /** @description The refusal in words. */
            reason: string | null;
            /** @description What became of it. */
            result: components["schemas"]["Became"];
            /**
             * Format: uuid
             * @description The ticket, where there is one.
             */
            ticket_id: string | null;
            /**
             * Format: int64
             * @description The bare number.
             */
            value: number;
        };
        /** @description The statistics of a person. */
        UserStatistics: {
            /**
             * Format: double
             * @description Mean minutes that they were served.
             */
            averageServiceTime: number | null;
            /**
             * Format: double
             * @description Mean minutes that they waited.
             */
            averageWaitTime: number | null;
            /**
             * Format: int64
             * @description Of those, how many were served.
             */
            servedTickets: number;
            /** @description Everything that is known. */
            statistics: components["schemas"]["PersonFigures"];
            /** @description Their tickets, the newest first. */
            ticketHistory: components["schemas"]["PastTicket"][];
            /**
             * Format: int64
             * @description Tickets that they took, among the newest 200.
             */
            totalTickets: number;
            /** Format: uuid */
            userId: string;
        };
        /** @enum {string} */
        UserStatus: "active" | "inactive" | "deleted";
        /** @description A person as the API shows them, in the tenant of the request. */
        UserView: {
            /**
             * Format: uuid
             * @description The counter they usually work at.
             */
            counter_id: string | null;
            /**
             * Format: date-time
             * @description The same as document 004 names it.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When they registered.
             */
            created_at: string;
            /** @description Their e-mail address. */
            email: string;
            /** @description Whether they proved that the address is theirs. */
            email_verified: boolean;
            /**
             * Format: uuid
             * @description Their id.
             */
            id: string;
            /**
             * Format: date-time
             * @description When they last signed in.
             */
            last_sign_in_at: string | null;
            /** @description The language they read. */
            locale: string | null;
            /**
             * Format: uuid
             * @description Their membership in this tenant, where they have one.
             */
            member_id: string | null;
            /** @description What they are called. */
            name: string;
            /**
             * Format: uuid
             * @description This tenant's id, as document 000 names it.
             */
            organization_id: string | null;
            /** @description Their telephone number. */
            phone: string | null;
            /** @description What they chose in the apps. */
            preferences: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description The points that they can spend in this tenant.
             * @example 25
             */
            reward_points: number;
            /** @description The most telling of their roles in this tenant. */
            role: string;
            /** @description Their roles in this tenant. */
            roles: string[];
            /** @description What these roles permit. */
            scopes: string[];
            /** @description The sites they are limited to; empty means all. */
            sites: string[];
            /** @description Whether they are let in here. */
            status: components["schemas"]["UserStatus"];
            /** @description This tenant. */
            tenant: components["schemas"]["TenantBrief"] | null;
            /** @description The tenants they belong to: all of them for the person themselves, this one for others. */
            tenants: components["schemas"]["TenantBrief"][];
            /**
             * Format: date-time
             * @description The same as document 004 names it.
             */
            updatedAt: string;
            /**
             * Format: date-time
             * @description When the record was last changed.
             */
            updated_at: string;
            /** @description The name they sign in with. */
            username: string | null;
            /**
             * Format: int64
             * @description Grows with each change.
             */
            version: number;
        };
        /** @description One page of a list. */
        UserViewPage: {
            /** @description The items, in the list's order. */
            items: components["schemas"]["UserView"][];
            /** @description Where the next page starts; null on the last page. */
            next_cursor: string | null;
        };
        /** @description What a good token says. */
        Verified: {
            /**
             * Format: date-time
             * @description Until when it is good, where it ends by itself soon.
             */
            expires_at: string | null;
            /** @description Always true here; refusals say false. */
            success: boolean;
            /** @description Whose it is. */
            user: components["schemas"]["UserView"];
            /** @description The token is good. */
            valid: boolean;
        };
        /** @description A token to be checked; absent where the header carries it. */
        VerifyBody: {
            /**
             * @description The token.
             * @default null
             */
            token: string | null;
        };
        /** @description A display that chimes and has no voice. */
        VoicelessDevice: {
            /**
             * Format: uuid
             * @description The device.
             */
            id: string;
            /** @description Its name. */
            name: string;
        };
        /** @description A share of the waits. */
        WaitShare: {
            /**
             * Format: int64
             * @description At most so many minutes.
             */
            minutes: number;
            /**
             * Format: double
             * @description How many of a hundred.
             */
            percent: number | null;
        };
        /** @description A kiosk wants numbers. */
        Wanted2: {
            /**
             * Format: int64
             * @description How many.
             */
            count: number;
            /**
             * Format: uuid
             * @description Of which line.
             */
            queue_id: string;
        };
        /** @description The spans of each weekday; a day without spans is closed. */
        Weekly: {
            /** @default [] */
            fri: components["schemas"]["Span"][];
            /** @default [] */
            mon: components["schemas"]["Span"][];
            /** @default [] */
            sat: components["schemas"]["Span"][];
            /** @default [] */
            sun: components["schemas"]["Span"][];
            /** @default [] */
            thu: components["schemas"]["Span"][];
            /** @default [] */
            tue: components["schemas"]["Span"][];
            /** @default [] */
            wed: components["schemas"]["Span"][];
        };
        /** @description The spans of each weekday; a day without spans is closed. */
        WeeklyInput: {
            /** @default [] */
            fri: components["schemas"]["Span"][];
            /** @default [] */
            mon: components["schemas"]["Span"][];
            /** @default [] */
            sat: components["schemas"]["Span"][];
            /** @default [] */
            sun: components["schemas"]["Span"][];
            /** @default [] */
            thu: components["schemas"]["Span"][];
            /** @default [] */
            tue: components["schemas"]["Span"][];
            /** @default [] */
            wed: components["schemas"]["Span"][];
        };
        /** @description What to change; what is absent stays as it is. */
        WhatIf: {
            /**
             * @description Another order in every line, for those who wait as well: with `priority` by the head starts of their classes, with
             *     `sla` by the targets of their services too.
             * @default null
             */
            algorithm: components["schemas"]["Algorithm"] | null;
            /**
             * Format: double
             * @description How many come, in percent of what is usual: 0 to 400.
             * @default null
             */
            arrivals_percent: number | null;
            /** @description Counters that open, close, or serve other lines. */
            counters?: components["schemas"]["CounterPlan"][];
            /**
             * Format: double
             * @description What is to be called within its target at least, in percent: 1 to 99; 80 when absent.
             * @default null
             */
            goal_percent: number | null;
            /**
             * Format: uint32
             * @description So many counters more that serve every line, all the time: 0 to 20.
             * @default null
             */
            more_counters: number | null;
            /**
             * Format: uint32
             * @description How often the day is run: 1 to 2000, and only so often that four million people go through it altogether. When
             *     absent 300 times, or as often as that allows.
             * @default null
             */
            runs: number | null;
            /**
             * Format: double
             * @description How long services take, in percent of what is usual: 25 to 400.
             * @default null
             */
            service_percent: number | null;
            /**
             * @description Whether to suggest how many counters each half-hour needs.
             * @default false
             */
            suggest: boolean;
            /**
             * Format: date-time
             * @description Until when; when absent the last closing time of the day, at most a day.
             * @default null
             */
            until: string | null;
        };
        /** @description What somebody waits for. */
        Wish: {
            /**
             * Format: uuid
             * @description The person, where known; only staff name one.
             * @default null
             */
            customer_id: string | null;
            /**
             * @description Their e-mail address.
             * @default null
             */
            email: string | null;
            /**
             * @description Whether whoever is signed in waits for somebody else: then the place is that person's, who is known by the number or
             *     the address given here, and what is offered is seen by whoever waited for them, too.
             * @default false
             */
            for_other: boolean;
            /**
             * Format: date
             * @description The first date that suits, in the site's time; today when absent.
             * @default null
             */
            from: string | null;
            /**
             * @description The language they read.
             * @default null
             */
            locale: string | null;
            /** @description Their name. */
            name: string;
            /**
             * Format: int64
             * @description How many people; 1 when absent.
             * @default null
             */
            party_size: number | null;
            /**
             * @description Their phone number.
             * @default null
             */
            phone: string | null;
            /**
             * Format: uuid
             * @description What for.
             */
            service_id: string;
            /**
             * Format: uuid
             * @description Where; the tenant's default site when absent, and what the path says where it names one.
             * @default null
             */
            site_id: string | null;
            /**
             * Format: uuid
             * @description With whom; with anybody when absent.
             * @default null
             */
            staff_id: string | null;
            /**
             * Format: date
             * @description The last date that suits; the first one when absent.
             * @default null
             */
            to: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
