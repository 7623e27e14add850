"""What the application's role may do in the database: read and write rows, nothing else.

It owns no table, so it can neither truncate nor alter one nor switch a trigger off.
"""

from django.conf import settings
from django.db import connections

INSERT_ONLY = (
    "labeling_item",
    "labeling_generator",
    "labeling_response",
    "labeling_rating",
    "labeling_score",
    "labeling_reask",
    "labeling_adjudication",
    "labeling_answerplace",
    "labeling_answerreturn",
    "labeling_expertwriter",
    "labeling_flag",
    "labeling_flaganswer",
    "labeling_lintwaiver",
    "labeling_goldanswer",
    "labeling_practicepass",
    "labeling_timecorrection",
    "evals_grader",
    "evals_grade",
    "evals_agreementslice",
    "evals_agreement",
    "evals_raterreport",
    "evals_selecteditem",
)
# Functions that do as the owner what the role itself may not.
FUNCTIONS = ("labeling_analyse_ratings()",)


def grant_to_application(using: str, **kwargs: object) -> None:
    """Give the application's role its rights on every table there is now."""
    role = settings.DATABASES["default"]["USER"]
    if using != "owner" or role == settings.DATABASES["owner"]["USER"]:
        return
    connection = connections[using]
    quoted = connection.ops.quote_name(role)
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        for function in FUNCTIONS:
            cursor.execute("SELECT to_regprocedure(%s) IS NOT NULL", [function])
            if cursor.fetchone()[0]:
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {quoted}")
        for table in tables & set(INSERT_ONLY):
            cursor.execute(f"REVOKE DELETE ON {table} FROM {quoted}")
        if "django_migrations" in tables:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {quoted}")
