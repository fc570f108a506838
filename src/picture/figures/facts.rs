//! What is counted: facts of a day, gauges of now, spans of time.

use serde::{Deserialize, Serialize};

/// What is counted by a number of its own.
pub(super) trait Word: Copy + Ord + 'static {
    /// Every one, in order.
    const ALL: &[Self];

    /// Its place among them.
    fn number(self) -> usize;
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $word:ident $zh:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$about])* #[doc = $zh] $word,)* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$word,)*];

            /// Its name on a page.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$word => $zh,)* }
            }
        }

        impl Word for $name {
            const ALL: &[Self] = Self::ALL;

            #[expect(clippy::as_conversions, reason = "a variant is its own number")]
            fn number(self) -> usize {
                self as usize
            }
        }
    };
}

words! {
    /// What was done on a day, and stands.
    Fact {
        Opened "上报",
        Heard "来件上报",
        Filed "立案",
        FiledInTime "按时立案",
        Merged "并案",
        Accepted "受理",
        AcceptedInTime "按时受理",
        Dispatched "派遣",
        DispatchedInTime "按期派遣",
        DispatchedAgain "退单后派遣",
        Signed "签收",
        SignedInTime "按时签收",
        Handled "处置",
        HandledInTime "按期处置",
        Reworked "返工",
        Extended "延期",
        Checked "核查",
        CheckedInTime "按时核查",
        Closed "结案",
        ClosedInTime "按期结案",
        SelfHandled "自处置",
        Proactive "未诉先办",
        Recurred "复发",
        PlainIssued "普通督办",
        PlainCleared "普通督办按期整改",
        YellowIssued "黄牌",
        YellowCleared "黄牌按期整改",
        RedIssued "红牌",
        RedCleared "红牌整改",
        DisputeFiled "纠纷受理",
        DisputeSettled "纠纷化解",
        DisputeReverted "纠纷反复",
        DisputeTouched "首次接触",
        DisputeTouchedInTime "及时首次接触",
        Called "应报到",
        Arrived "按时报到",
        WhistleRated "哨事评价",
        WhistleSolved "哨事解决",
        WhistlePoints "哨事评分",
        HazardFound "隐患",
        HazardFixed "隐患整改",
        HazardFixedInTime "隐患按期整改",
        AlarmRaised "预警",
        AlarmConfirmed "预警属实",
        OrderSent "指令",
        OrderShown "指令回执",
        WishPosted "发布",
        WishClaimed "认领",
        WishDone "完成",
        FieldsAsked "填报字段",
        FieldsFilled "自动填充字段",
        FormRefused "减少报表",
        NoticeSent "通知",
        NoticeDelivered "通知送达",
        NoticeReplied "通知回复",
        CertificateLawful "合规申请",
        CertificateAtOnce "即时开具",
        TicketAdmitted "诉求",
        TicketExcluded "剔除",
        Contacted "响应",
        ContactedInTime "按时响应",
        Visited "回访",
        Solved "回访解决",
        Answered "回访评价",
        Satisfied "满意",
        CallsOffered "呼入",
        CallsAnswered "接通",
        CallsAnsweredSoon "15秒接通",
    }
}

words! {
    /// What is so now.
    Gauge {
        Open "在办",
        Overdue "超期在办",
        Soon "将超期",
        Suspended "挂账",
        Plain "普通督办在办",
        Yellow "黄牌在办",
        Red "红牌在办",
        AcceptOverdue "超期未受理",
        DispatchOverdue "超期未派遣",
        DispatchOverdueAgain "退单后超期未派遣",
        SignOverdue "超期未签收",
        HandleOverdue "超期未处置",
        CheckOverdue "超期未核查",
        CloseOverdue "超期未结案",
        ContactOverdue "超期未响应",
        DisputeGravest "红色存量",
        DisputeTouchOverdue "超期未接触",
        HazardOverdue "隐患超期未整改",
        CamerasRegistered "注册摄像机",
        CamerasOnline "在线摄像机",
    }
}

words! {
    /// How long something took.
    Span {
        Accept "受理时长",
        Dispatch "派遣时长",
        Sign "签收时长",
        Handle "处置时长",
        Check "核查时长",
        Whole "上报至处置时长",
        Confirm "预警确认时长",
        OrderArrival "派单至到场时长",
        Response "接报至到场时长",
        FirstArrival "首到时长",
    }
}

/// Who may know of it: everybody who sees its place, or a closed room.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
pub enum Room {
    /// Everybody.
    #[default]
    Open,
    /// Who may read restricted cases.
    Closed,
}

impl Room {
    /// Its place among both.
    #[expect(clippy::as_conversions, reason = "a variant is its own number")]
    pub(super) fn number(self) -> usize {
        self as usize
    }
}
