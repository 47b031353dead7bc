"""The people of the demo: who may log in while CSBA_DEMO is on, and with which password."""

DEMO_PASSWORD = "csba-demo-2026"  # noqa: S105 -- printed on the terminal, works in the demo only

DEMO_LOGINS: list[tuple[str, str, str]] = [
    ("Agent", "ines@desk.example", DEMO_PASSWORD),
    ("Lead", "mara@desk.example", DEMO_PASSWORD),
    ("Policy admin", "pavel@desk.example", DEMO_PASSWORD),
    ("Seller in Berlin", "anna@blume.example", DEMO_PASSWORD),
    ("Seller in Shenzhen", "wei@longmen.example", DEMO_PASSWORD),
    ("Seller to opt in", "leonie@papierundfaden.example", DEMO_PASSWORD),
]
