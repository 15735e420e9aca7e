//! The rollups.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use usher_db::{DbError, DynQuery, Read, Tx};
use usher_kernel::{SiteId, TenantId};
use uuid::Uuid;

use crate::model::{Cell, Grain, Hours, Key, Measures, Part, Scope};

usher_db::text_column!(Scope, Grain);

usher_db::row! {
    /// A cell as it is stored, with all of its key.
    struct CellRow {
        tenant_id: TenantId, scope: Scope, thing_id: Uuid, site_id: SiteId, grain: Grain, at: i64, total: Vec<u8>,
        hours: Vec<u8>,
    }
}

usher_db::row! {
    /// A cell of one thing with its place in time.
    struct DayRow { site_id: SiteId, at: i64, total: Vec<u8>, hours: Vec<u8> }
}

usher_db::row! {
    /// A cell without its hours.
    struct ThingRow { site_id: SiteId, thing_id: Uuid, at: i64, total: Vec<u8> }
}

usher_db::row! {
    /// A cell with all of its key.
    struct EveryRow {
        scope: String, thing_id: Uuid, site_id: SiteId, grain: String, at: i64, total: Vec<u8>, hours: Vec<u8>,
    }
}

usher_db::sql! {
    PUT = "INSERT INTO analytics_cells (tenant_id, scope, thing_id, site_id, grain, at, total, hours) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
           ON CONFLICT (tenant_id, scope, thing_id, site_id, grain, at) \
           DO UPDATE SET total = excluded.total, hours = excluded.hours";
    DROP_CELL = "DELETE FROM analytics_cells WHERE tenant_id = $1 AND scope = $2 AND thing_id = $3 \
                 AND site_id = $4 AND grain = $5 AND at = $6";
    /// One thing's cells, of all sites where it has any.
    OF_THING = "SELECT ", DayRow::COLUMNS, " FROM analytics_cells WHERE tenant_id = $1 AND scope = $2 \
                AND thing_id = $3 AND grain = $4 AND at >= $5 AND at < $6 ORDER BY at";
    /// Every thing of a kind.
    OF_SCOPE = "SELECT ", ThingRow::COLUMNS, " FROM analytics_cells WHERE tenant_id = $1 AND scope = $2 \
                AND grain = $3 AND at >= $4 AND at < $5";
    /// Every thing of a kind at one site.
    AT_SITE = "SELECT ", ThingRow::COLUMNS, " FROM analytics_cells WHERE tenant_id = $1 AND scope = $2 \
               AND site_id = $3 AND grain = $4 AND at >= $5 AND at < $6";
    EVERY = "SELECT ", EveryRow::COLUMNS, " FROM analytics_cells WHERE tenant_id = $1 \
             ORDER BY scope, thing_id, site_id, grain, at";
    CLEAR_FROM = "DELETE FROM analytics_cells WHERE tenant_id = $1 AND grain = $2 AND at >= $3";
}

fn unreadable(key: &str) -> DbError {
    DbError::Type(format!("a cell of the rollups ({key}) cannot be read: run `usher analytics rebuild`"))
}

fn read_total(into: &mut Measures, bytes: &[u8], (scope, times): (Scope, i64)) -> Result<(), DbError> {
    let mut rest = bytes;
    into.add_encoded(&mut rest, times).ok_or_else(|| unreadable(scope.as_str()))
}

/// Which cell of which tenant.
pub(crate) type Place = (TenantId, Key);

/// How many cells are read with one statement.
const AT_ONCE: usize = 16;

/// What is stored of a cell.
#[derive(Debug)]
struct Stored {
    total: Vec<u8>,
    hours: Vec<u8>,
}

/// How cells will stand once everything is written that was made ready so far; nothing where there is no such cell.
/// Filled by [`changed`], which reads each cell once.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Place, Option<Arc<Stored>>>);

/// A cell as it is to be stored; nothing where nothing is left in it.
#[derive(Debug)]
pub(crate) struct Written {
    place: Place,
    stored: Option<Arc<Stored>>,
}

/// What cells are to be after some changes, in the order of these.
pub(crate) fn changed(
    read: &mut Read<'_>,
    known: &mut Known,
    changes: &BTreeMap<Place, Cell>,
) -> Result<Vec<Written>, DbError> {
    let is_change = |cell: &Cell| !(cell.total.is_empty() && cell.hours.is_empty());
    let changes: Vec<(&Place, &Cell)> = changes.iter().filter(|(_, cell)| is_change(cell)).collect();
    let places = changes.iter().map(|(place, _)| **place);
    let unknown: Vec<Place> = places.filter(|place| !known.0.contains_key(place)).collect();
    load(read, known, &unknown)?;
    let mut written = Vec::with_capacity(changes.len());
    for (place, change) in changes {
        let before = known.0.get(place).and_then(Option::as_ref);
        let mut cell = Cell::default();
        if let Some(stored) = before {
            let scope = place.1.scope;
            read_total(&mut cell.total, &stored.total, (scope, 1))?;
            cell.hours.add_encoded(&stored.hours, 1).ok_or_else(|| unreadable(scope.as_str()))?;
        }
        cell.total.add(&change.total);
        cell.hours.add(&change.hours);
        let is_empty = cell.total.is_empty() && cell.hours.is_empty();
        if is_empty && before.is_none() {
            continue;
        }
        let stored = (!is_empty).then(|| {
            let mut total = Vec::new();
            cell.total.encode(&mut total);
            Arc::new(Stored { total, hours: cell.hours.encode() })
        });
        known.0.insert(*place, stored.clone());
        written.push(Written { place: *place, stored });
    }
    Ok(written)
}

/// Reads some cells.
fn load(read: &mut Read<'_>, known: &mut Known, places: &[Place]) -> Result<(), DbError> {
    for few in places.chunks(AT_ONCE) {
        // A seek for each, as traces are read.
        let mut query = DynQuery::new("");
        for (n, (tenant, key)) in few.iter().enumerate() {
            query
                .push_sql(if n == 0 { "SELECT " } else { " UNION ALL SELECT " })
                .push_sql(CellRow::COLUMNS)
                .push_sql(" FROM analytics_cells WHERE tenant_id = ")
                .bind(tenant)
                .push_sql(" AND scope = ")
                .bind(&key.scope)
                .push_sql(" AND thing_id = ")
                .bind(&key.thing)
                .push_sql(" AND site_id = ")
                .bind(&key.site)
                .push_sql(" AND grain = ")
                .bind(&key.grain)
                .push_sql(" AND at = ")
                .bind(&key.at);
            known.0.insert((*tenant, *key), None);
        }
        for row in read.query_dyn::<CellRow>(&query)? {
            let CellRow { tenant_id, scope, thing_id, site_id, grain, at, total, hours } = row;
            let key = Key { scope, thing: thing_id, site: site_id, grain, at };
            known.0.insert((tenant_id, key), Some(Arc::new(Stored { total, hours })));
        }
    }
    Ok(())
}

/// Stores a cell, or takes it out where nothing is left in it.
pub(crate) fn put(tx: &mut Tx<'_>, cell: &Written) -> Result<(), DbError> {
    let Written { place: (tenant, key), stored } = cell;
    let Key { scope, thing, site, grain, at } = key;
    match stored {
        Some(stored) => tx.defer(PUT, &[tenant, scope, thing, site, grain, at, &stored.total, &stored.hours]),
        None => tx.defer(DROP_CELL, &[tenant, scope, thing, site, grain, at]),
    }
}

/// One thing's cells by day or month, each with its site.
pub(crate) fn of_thing(
    read: &mut Read<'_>,
    tenant: TenantId,
    (scope, thing): (Scope, Uuid),
    part: &Part,
    mut each: impl FnMut(SiteId, i64, &Measures, &Hours),
) -> Result<(), DbError> {
    let (word, grain) = (scope.as_str(), part.grain.as_str());
    let params: [&dyn usher_db::ToParam; 6] = [&tenant, &word, &thing, &grain, &part.from, &part.until];
    read.query_each(OF_THING, &params, |row: DayRow| {
        let mut cell = Cell::default();
        read_total(&mut cell.total, &row.total, (scope, part.times))?;
        cell.hours.add_encoded(&row.hours, part.times).ok_or_else(|| unreadable(word))?;
        each(row.site_id, row.at, &cell.total, &cell.hours);
        Ok(())
    })
}

/// A cell on its way out of the database, not yet unpacked.
pub(crate) struct Packed {
    pub(crate) site: SiteId,
    pub(crate) thing: Uuid,
    pub(crate) at: i64,
    total: Vec<u8>,
    kind: (Scope, i64),
}

impl Packed {
    /// Adds it to what is known already.
    pub(crate) fn add_to(&self, measures: &mut Measures) -> Result<(), DbError> {
        read_total(measures, &self.total, self.kind)
    }
}

/// Every thing of a kind, at one site or at all.
pub(crate) fn of_scope(
    read: &mut Read<'_>,
    tenant: TenantId,
    (scope, site): (Scope, Option<SiteId>),
    part: &Part,
    mut each: impl FnMut(Packed) -> Result<(), DbError>,
) -> Result<(), DbError> {
    let (word, grain) = (scope.as_str(), part.grain.as_str());
    let mut take = |row: ThingRow| {
        let ThingRow { site_id: site, thing_id: thing, at, total } = row;
        each(Packed { site, thing, at, total, kind: (scope, part.times) })
    };
    match site {
        Some(site) => {
            read.query_each(AT_SITE, &[&tenant, &word, &site, &grain, &part.from, &part.until], &mut take)
        }
        None => read.query_each(OF_SCOPE, &[&tenant, &word, &grain, &part.from, &part.until], &mut take),
    }
}

/// Takes out every cell from a day or month on; none takes out all of the tenant's.
pub(crate) fn clear_from(tx: &mut Tx<'_>, tenant: TenantId, grain: Grain, from: i64) -> Result<(), DbError> {
    tx.execute(CLEAR_FROM, &[&tenant, &grain.as_str(), &from]).map(drop)
}

/// Which cells of a tenant there are, and a hash of what each holds, for comparing two read models.
pub(crate) fn hashes(read: &mut Read<'_>, tenant: TenantId) -> Result<Vec<(String, u64)>, DbError> {
    let mut cells = Vec::new();
    read.query_each(EVERY, &[&tenant], |row: EveryRow| {
        let EveryRow { scope, thing_id, site_id, grain, at, total, hours } = row;
        let mut hasher = DefaultHasher::new();
        (total, hours).hash(&mut hasher);
        cells.push((format!("{scope} {thing_id} {site_id} {grain} {at}"), hasher.finish()));
        Ok(())
    })?;
    Ok(cells)
}
