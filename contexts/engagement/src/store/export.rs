//! What is handed out of rewards and feedback when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use usher_tenancy::Part;
use uuid::Uuid;

row! {
    /// How points are earned and kept, and the tiers.
    #[derive(Serialize, JsonSchema)]
    struct ProgrammeLine {
        settings: Value,
        version: i64,
        updated_at: Timestamp,
    }
}

row! {
    /// The points of a customer, by the customer's id; `lifetime` is all that was ever earned.
    #[derive(Serialize, JsonSchema)]
    struct AccountLine {
        id: Uuid,
        balance: i64,
        lifetime: i64,
        entries: i64,
    }
}

row! {
    /// A line of the ledger; the balance is the one after it, amounts are in minor units.
    #[derive(Serialize, JsonSchema)]
    struct EntryLine {
        id: Uuid,
        customer_id: Uuid,
        seq: i64,
        kind: String,
        points: i64,
        balance: i64,
        trigger_word: Option<String>,
        reference: Option<Uuid>,
        reward_id: Option<Uuid>,
        source: Option<String>,
        day: String,
        note: Option<String>,
        amount: Option<i64>,
        amount_left: Option<i64>,
        created_at: Timestamp,
    }
}

row! {
    /// Points that came in together, by the id of their entry, and how many of them are left.
    #[derive(Serialize, JsonSchema)]
    struct LotLine {
        id: Uuid,
        customer_id: Uuid,
        points: i64,
        remaining: i64,
        available_at: Timestamp,
        expires_at: Option<Timestamp>,
    }
}

row! {
    /// A reward, those too that were deleted.
    #[derive(Serialize, JsonSchema)]
    struct RewardLine {
        id: Uuid,
        name: String,
        description: String,
        kind: String,
        points_required: i64,
        stock: Option<i64>,
        per_customer: Option<i64>,
        valid_from: Option<Timestamp>,
        valid_until: Option<Timestamp>,
        active: bool,
        deleted_at: Option<Timestamp>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    /// A reward on its way, without the code for which it is handed out.
    #[derive(Serialize, JsonSchema)]
    struct RedemptionLine {
        id: Uuid,
        reward_id: Uuid,
        customer_id: Uuid,
        points: i64,
        status: String,
        taken: Value,
        reserved_at: Timestamp,
        expires_at: Timestamp,
        redeemed_at: Option<Timestamp>,
        released_at: Option<Timestamp>,
        reason: Option<String>,
    }
}

row! {
    /// What somebody said of a ticket's service.
    #[derive(Serialize, JsonSchema)]
    struct FeedbackLine {
        id: Uuid,
        ticket_id: Uuid,
        appointment_id: Option<Uuid>,
        site_id: Uuid,
        queue_id: Uuid,
        service_id: Uuid,
        counter_id: Option<Uuid>,
        agent_id: Option<Uuid>,
        customer_id: Option<Uuid>,
        csat: Option<i64>,
        nps: Option<i64>,
        comment: Option<String>,
        tags: Value,
        channel: String,
        hour: i64,
        created_at: Timestamp,
    }
}

sql! {
    PROGRAMME = "SELECT ", ProgrammeLine::COLUMNS, " FROM reward_programmes WHERE tenant_id = $1";
    ACCOUNTS = "SELECT ", AccountLine::COLUMNS, " FROM points_accounts
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    ENTRIES = "SELECT ", EntryLine::COLUMNS, " FROM points_entries
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    LOTS = "SELECT ", LotLine::COLUMNS, " FROM points_lots WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    REWARDS = "SELECT ", RewardLine::COLUMNS, " FROM rewards WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    REDEMPTIONS = "SELECT ", RedemptionLine::COLUMNS, " FROM redemptions
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    FEEDBACK = "SELECT ", FeedbackLine::COLUMNS, " FROM feedback
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::few::<ProgrammeLine>(
            "reward_programme",
            &["reward_programmes"],
            "How points are earned and kept",
            PROGRAMME,
        ),
        Part::by_id("rewards", &["rewards"], "What points are given for", REWARDS, |reward: &RewardLine| {
            reward.id
        }),
        Part::by_id(
            "points_accounts",
            &["points_accounts"],
            "How many points each customer has",
            ACCOUNTS,
            |account: &AccountLine| account.id,
        ),
        Part::by_id(
            "points_entries",
            &["points_entries"],
            "The ledger: every change of points",
            ENTRIES,
            |entry: &EntryLine| entry.id,
        ),
        Part::by_id(
            "points_lots",
            &["points_lots"],
            "What is left of points that came in together",
            LOTS,
            |lot: &LotLine| lot.id,
        ),
        Part::by_id(
            "redemptions",
            &["redemptions"],
            "Rewards on their way, without the codes that open them",
            REDEMPTIONS,
            |redemption: &RedemptionLine| redemption.id,
        ),
        Part::by_id("feedback", &["feedback"], "What people said", FEEDBACK, |feedback: &FeedbackLine| {
            feedback.id
        }),
        Part::left_out(&["feedback_by_agent", "feedback_by_hour"], "Sums of the feedback"),
    ]
}
