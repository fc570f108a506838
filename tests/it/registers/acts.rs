//! The whole road in a running city: a clerk's file, a second person, rows by place and code.

use serde_json::Value;

use crate::desk_cli::{Life, run, until};

struct Clerk {
    url: String,
    client: reqwest::Client,
}

impl Clerk {
    async fn post(&self, token: &str, path: &str, body: &str) -> (u16, Value) {
        let asked = self.client.post(format!("{}/api/v1/registers{path}", self.url));
        let answer = asked.bearer_auth(token).body(body.to_owned()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn get(&self, token: &str, path: &str) -> (u16, Value) {
        let asked = self.client.get(format!("{}/api/v1/registers{path}", self.url));
        let answer = asked.bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn codes(&self, token: &str, asked: &str) -> Vec<String> {
        let (status, page) = self.get(token, &format!("/asset/rows?{asked}")).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["rows"].as_array().unwrap().iter();
        rows.map(|row| row["code"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until the page of the assets is as wanted.
    async fn assets(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let asset = |page: &Value| {
            let all = page["registers"].as_array()?;
            all.iter().find(|one| one["register"] == "asset").cloned()
        };
        let sound = |page: &Value| asset(page).is_some_and(|page| wanted(&page));
        asset(&until(&format!("{}/api/v1/registers", self.url), sound).await).unwrap()
    }

    /// Proposes a sheet and has another person confirm it.
    async fn agree(&self, path: &str, body: &str) -> String {
        let (status, receipt) = self.post("demo-configurer", path, body).await;
        assert_eq!(status, 202, "{receipt}");
        let sheet = receipt["head"]["sheet"].as_str().unwrap().to_owned();
        self.assets(|page| page["sheets"]["proposed"]["head"]["sheet"] == sheet.as_str()).await;
        let road = format!("/asset/proposals/{sheet}/confirmation");
        let (status, why) = self.post("demo-configurer", &road, "").await;
        assert_eq!(status, 422, "{why}");
        assert_eq!(self.post("demo-second-configurer", &road, "").await.0, 202);
        let newest = |page: &Value| page["sheets"]["in_force"].as_array()?.last().cloned();
        self.assets(|page| {
            let is = newest(page).is_some_and(|one| one["head"]["sheet"] == sheet.as_str());
            is && page["is_read"] == true
        })
        .await;
        sheet
    }
}

const WHOLE: &str = "code,grid,address,name,sort,owner\n\
    JG-1,211002001001001,文圣路3号,雨水井,manhole,211002-CG\n\
    JG-2,211002001001001,文圣路5号,,manhole,\n\
    LD-1,211003001001001,民主路1号,,street_light,\n";

#[tokio::test]
async fn a_clerk_proposes_a_sheet_another_confirms_it_and_rows_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let life = Life::begin_with("all", folder.path(), &[]);
    let clerk = Clerk { url: life.url.clone(), client: reqwest::Client::new() };
    assert_eq!(clerk.post("demo-shift-leader", "/asset/proposals", WHOLE).await.0, 403);
    assert_eq!(clerk.post("demo-configurer", "/lamp/proposals", WHOLE).await.0, 404);
    let (status, why) = clerk.post("demo-configurer", "/asset/proposals?amends=true", WHOLE).await;
    assert_eq!(status, 422, "{why}");
    let persons = WHOLE.replace("name,sort", "业主姓名,sort");
    let (status, why) = clerk.post("demo-configurer", "/asset/proposals", &persons).await;
    assert_eq!(status, 422);
    let told = why["detail"].as_str().unwrap();
    assert!(told.contains("line 1, 业主姓名") && !told.contains("雨水井"), "{told}");
    let wrong = WHOLE.replace("211003001001001", "310115").replace("street_light", "lamp");
    let (_, why) = clerk.post("demo-configurer", "/asset/proposals", &wrong).await;
    let told = why["detail"].as_str().unwrap();
    assert!(told.contains("line 4, grid") && told.contains("line 4, sort"), "{told}");

    clerk.agree("/asset/proposals", WHOLE).await;
    assert_eq!(clerk.codes("demo-configurer", "").await, ["JG-1", "JG-2", "LD-1"]);
    assert_eq!(clerk.codes("demo-configurer", "grid=211002").await, ["JG-1", "JG-2"]);
    assert_eq!(clerk.codes("demo-configurer", "address=%E6%B0%91%E4%B8%BB").await, ["LD-1"]);
    assert_eq!(clerk.codes("demo-configurer", "code=JG-2").await, ["JG-2"]);
    let (_, first) = clerk.get("demo-configurer", "/asset/rows?limit=2").await;
    let next = format!("limit=2&after={}", first["next"]);
    assert_eq!(clerk.codes("demo-configurer", &next).await, ["LD-1"]);
    assert_eq!(clerk.get("demo-configurer", "/asset/rows?limit=0").await.0, 400);

    let amends =
        "code,grid,sort,address,gone\nJG-1,211002001001001,manhole,文圣路9号,\nLD-1,,,,1\n";
    clerk.agree("/asset/proposals?amends=true", amends).await;
    assert_eq!(clerk.codes("demo-configurer", "").await, ["JG-2", "JG-1"]);
    assert_eq!(life.end().0, Some(0));

    // The next process reads what was agreed on.
    let life = Life::begin_with("all", folder.path(), &[]);
    let clerk = Clerk { url: life.url.clone(), client: reqwest::Client::new() };
    clerk.assets(|page| page["is_read"] == true && page["rows"] == 2).await;
    assert_eq!(clerk.codes("demo-configurer", "").await, ["JG-2", "JG-1"]);
    assert_eq!(life.end().0, Some(0));
}

#[test]
fn a_clerk_s_file_is_looked_at_before_it_is_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("assets.csv");
    let check = |csv: &str| {
        std::fs::write(&file, csv).unwrap();
        run(&["check-register", "asset", file.to_str().unwrap()])
    };
    assert_eq!(check(WHOLE), (Some(0), "sound: 3 rows, 0 codes that go\n".to_owned()));
    let (code, told) = check(&WHOLE.replace("211002-CG", "MARS"));
    assert_eq!(code, Some(1));
    assert!(told.starts_with("line 2, owner: is no organisation of this city"), "{told}");
}
