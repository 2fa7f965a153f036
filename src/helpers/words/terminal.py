"""What a run tells the terminal."""

from helpers.words import N_

BEGINS = N_("{title}: {quarter}, as of {day:date}")
CHECKING = N_("checking study and sources")
LOADING = N_("loading libraries")
RENDERING = N_("slides, document and lists")
SECONDS = N_("{seconds} s")
USUALLY = N_(" of about {seconds} s")
NOT_COMPLETED = N_(" (not completed)")
PUBLISHED_IN = N_("Published in {seconds} s:")
START_HERE = N_("start here")
PRESENTATION = N_("presentation")
DOCUMENT = N_("supporting analysis")
DATA_FILES = N_("data files")
STEPS = {
    "01_scoping": N_("scoping"),
    "02_customer_list": N_("customer list"),
    "03_data_collection": N_("data collection"),
    "04_segment_analysis": N_("segment analysis"),
    "05_prioritization": N_("prioritization"),
}
CANNOT_IMPORT = N_("A notebook's process could not import what it needs: {error}")
