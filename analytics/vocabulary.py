"""The words of a record that statistics ask for by name, each in one place."""

#: Kinds of record that are no incident, whatever their severity.
NOT_INCIDENTS = ("drill", "test", "maintenance")
#: The kind of action that keeps an incident from coming back.
PREVENT = "prevent"
#: How an action ends.
DONE, WONT_DO = "done", "wont_do"
ENDED_STATES = (DONE, WONT_DO)
#: States in which the promise of an action still stands.
OPEN_STATES = ("open", "in_progress")
#: What somebody found who checked whether an action works.
VERIFIED, FAILED = "verified", "failed"
#: Sources of detection outside the organisation: somebody was hurt before we knew.
OUTSIDE = ("customer", "partner", "social")
