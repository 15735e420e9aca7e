//! Rewards, points and feedback in the graph.

use usher_customers::graphql::CUSTOMER;
use usher_customers::model::CustomerView;
use usher_graphql::{Declared, Graph};
use usher_kernel::{Ctx, Fault};
use usher_queueing::graphql::{SERVICE, TICKET};
use usher_queueing::model::Service;
use usher_queueing::ops::show::TicketView;
use uuid::Uuid;

use crate::Engagement;
use crate::model::{FeedbackView, Programme, RedemptionView, Rule, Summary, SummaryRow, Tier, TierView};

const REWARDS: &str = "GET /api/v1/tenants/{tenant}/rewards";
const REWARD: &str = "GET /api/v1/tenants/{tenant}/rewards/{id}";

/// What this context adds to the graph.
pub fn graph(engagement: Engagement) -> Declared {
    Graph::new(engagement)
        .named::<Programme>("RewardProgramme")
        .named::<Rule>("PointsRule")
        .named::<Tier>("RewardTier")
        .named::<TierView>("CustomerTier")
        .named::<Summary>("FeedbackSummary")
        .named::<SummaryRow>("FeedbackSummaryRow")
        .object::<FeedbackView>("Feedback", |feedback| {
            feedback
                .link("ticket", "ticket_id", TICKET, tickets)
                .link("service", "service_id", SERVICE, services)
                .link("customer", "customer_id", CUSTOMER, customers)
        })
        .object::<RedemptionView>("Redemption", |redemption| {
            redemption.link("customer", "customer_id", CUSTOMER, customers)
        })
        .queries(&[
            ("rewards", REWARDS),
            ("reward", REWARD),
            ("rewardProgramme", "GET /api/v1/tenants/{tenant}/reward-programme"),
            ("redemptions", "GET /api/v1/tenants/{tenant}/redemptions"),
            ("myPoints", "GET /api/v1/tenants/{tenant}/points"),
            ("myPointsTransactions", "GET /api/v1/tenants/{tenant}/points/transactions"),
            ("customerPoints", "GET /api/v1/tenants/{tenant}/customers/{id}/points"),
            ("customerPointsTransactions", "GET /api/v1/tenants/{tenant}/customers/{id}/points/transactions"),
            ("feedback", "GET /api/v1/tenants/{tenant}/feedback"),
            ("feedbackSummary", "GET /api/v1/tenants/{tenant}/feedback/summary"),
        ])
        .mutations(&[
            ("createReward", "POST /api/v1/tenants/{tenant}/rewards"),
            ("updateReward", "PUT /api/v1/tenants/{tenant}/rewards/{id}"),
            ("deleteReward", "DELETE /api/v1/tenants/{tenant}/rewards/{id}"),
            ("updateRewardProgramme", "PUT /api/v1/tenants/{tenant}/reward-programme"),
            ("reserveReward", "POST /api/v1/tenants/{tenant}/rewards/{id}/reserve"),
            ("redeemReward", "POST /api/v1/tenants/{tenant}/rewards/{id}/redeem"),
            ("redeemReservation", "POST /api/v1/tenants/{tenant}/redemptions/{id}/redeem"),
            ("releaseReservation", "POST /api/v1/tenants/{tenant}/redemptions/{id}/release"),
            ("creditPurchase", "POST /api/v1/tenants/{tenant}/points/purchases"),
            ("refundPurchase", "POST /api/v1/tenants/{tenant}/points/purchases/refund"),
            ("adjustPoints", "POST /api/v1/tenants/{tenant}/customers/{id}/points"),
            ("giveFeedback", "POST /api/v1/tenants/{tenant}/tickets/{id}/feedback"),
        ])
        .finish()
}

async fn services(ctx: Ctx, me: Engagement, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Service)>, Fault> {
    usher_queueing::graphql::services(ctx, me.line().clone(), ids).await
}

async fn customers(ctx: Ctx, me: Engagement, ids: Vec<Uuid>) -> Result<Vec<(Uuid, CustomerView)>, Fault> {
    usher_queueing::graphql::customers(ctx, me.line().clone(), ids).await
}

async fn tickets(ctx: Ctx, me: Engagement, ids: Vec<Uuid>) -> Result<Vec<(Uuid, TicketView)>, Fault> {
    usher_queueing::graphql::tickets(ctx, me.line().clone(), ids).await
}
