import type { components } from '~/api/schema';

type Schemas = components['schemas'];

export type Dashboard = Schemas['Dashboard'];
export type Figures = Schemas['Figures'];
export type DayFigures = Schemas['DayFigures'];
export type PeakHour = Schemas['PeakHour'];
export type ReportTable = Schemas['ReportTable'];
export type ReportDefinition = Schemas['ReportDefinition'];
export type Sla = Schemas['Sla'];
export type Abandonment = Schemas['Abandonment'];
export type Journeys = Schemas['Journeys'];
export type Schedule = Schemas['Schedule'];
export type ReportResult = Schemas['ReportResult'];

/** The days that can be asked for by name. */
export const PERIODS = ['today', 'yesterday', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

/** The metrics and dimensions that the builder offers, in the order in which they are offered. */
export const METRICS = [
  'issued',
  'served',
  'left',
  'no_shows',
  'average_wait_minutes',
  'p50_wait_minutes',
  'p90_wait_minutes',
  'average_service_minutes',
  'p90_service_minutes',
  'sla_met_percent',
  'abandonment_percent',
  'served_per_hour',
  'feedback',
  'csat',
  'nps',
  'points_earned',
  'points_spent',
  'rewards',
  'appointments',
  'appointments_kept',
  'appointments_missed',
  'appointments_cancelled',
  'appointments_moved',
  'waitlist_offers',
  'waitlist_taken',
] as const;
export type Metric = (typeof METRICS)[number];
export const THINGS = ['site', 'queue', 'service', 'counter', 'agent'] as const;
export const TIMES = ['day', 'week', 'month', 'weekday', 'hour'] as const;
export const FILES = ['csv', 'xlsx', 'pdf'] as const;

/** What somebody chose to be told: figures by a thing and a time, of one line or service or of all. */
export interface Chosen {
  readonly metrics: readonly string[];
  readonly thing: string | null;
  readonly time: string | null;
  readonly queueId: string | null;
  readonly serviceId: string | null;
}

/** What is told before anybody has chosen. */
export const USUAL: Chosen = { metrics: ['issued', 'served', 'p90_wait_minutes'], thing: 'queue', time: null, queueId: null, serviceId: null };
