"""Professions, and which of them a letter's form offers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.letters.models import ProfessionList


class Profession(models.TextChoices):
    """Of all lists. A code is in the record for good: none is renamed or taken out."""

    ACTOR = "actor", _("Actor")
    ANAESTHETIST = "anaesthetist", _("Anaesthetist")
    ANIMATOR = "animator", _("Animator")
    ANTHROPOLOGIST = "anthropologist", _("Anthropologist")
    ARCHAEOLOGIST = "archaeologist", _("Archaeologist")
    ARCHITECT = "architect", _("Architect")
    ARTIST = "artist", _("Artist")
    ART_HISTORIAN = "art_historian", _("Art historian")
    AUTHOR = "author", _("Author")
    BIOLOGIST = "biologist", _("Biologist")
    BUILDER = "builder", _("Builder")
    CARDIOLOGIST = "cardiologist", _("Cardiologist")
    CARER = "carer", _("Carer")
    CHEMIST = "chemist", _("Chemist")
    CHOREOGRAPHER = "choreographer", _("Choreographer")
    CINEMATOGRAPHER = "cinematographer", _("Cinematographer")
    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    CLERIC = "cleric", _("Cleric")
    COMEDIAN = "comedian", _("Comedian")
    COMPOSER = "composer", _("Composer")
    COMPUTER_SCIENTIST = "computer_scientist", _("Computer scientist")
    COOK = "cook", _("Cook")
    CRAFTSPERSON = "craftsperson", _("Craftsperson")
    DANCER = "dancer", _("Dancer")
    DENTIST = "dentist", _("Dentist")
    DESIGNER = "designer", _("Designer")
    DIRECTOR = "director", _("Director")
    DOCTOR = "doctor", _("Doctor")
    DRIVER = "driver", _("Driver")
    ECONOMIST = "economist", _("Economist")
    EDITOR = "editor", pgettext_lazy("profession", "Editor")
    EMERGENCY_PHYSICIAN = "emergency_physician", _("Emergency physician")
    ENGINEER = "engineer", _("Engineer")
    ENTREPRENEUR = "entrepreneur", _("Entrepreneur")
    FARMER = "farmer", _("Farmer")
    FILMMAKER = "filmmaker", _("Filmmaker")
    GAME_DESIGNER = "game_designer", _("Game designer")
    GENERAL_PRACTITIONER = "general_practitioner", _("General practitioner")
    GEOGRAPHER = "geographer", _("Geographer")
    GEOLOGIST = "geologist", _("Geologist")
    GYNAECOLOGIST = "gynaecologist", _("Gynaecologist")
    HISTORIAN = "historian", _("Historian")
    HOMEMAKER = "homemaker", _("Homemaker")
    ILLUSTRATOR = "illustrator", _("Illustrator")
    INTERNIST = "internist", _("Internist")
    JOBSEEKER = "jobseeker", _("Jobseeker")
    JOURNALIST = "journalist", _("Journalist")
    LAWYER = "lawyer", _("Lawyer")
    LEGAL_SCHOLAR = "legal_scholar", _("Legal scholar")
    LIBRARIAN = "librarian", _("Librarian")
    LINGUIST = "linguist", _("Linguist")
    LITERARY_SCHOLAR = "literary_scholar", _("Literary scholar")
    MATHEMATICIAN = "mathematician", _("Mathematician")
    MEDICAL_RESEARCHER = "medical_researcher", _("Medical researcher")
    MEDICAL_STUDENT = "medical_student", _("Medical student")
    MIDWIFE = "midwife", _("Midwife")
    MUSICIAN = "musician", _("Musician")
    MUSICOLOGIST = "musicologist", _("Musicologist")
    NEUROLOGIST = "neurologist", _("Neurologist")
    NURSE = "nurse", _("Nurse")
    OFFICE_WORKER = "office_worker", _("Office worker")
    ONCOLOGIST = "oncologist", _("Oncologist")
    PAEDIATRICIAN = "paediatrician", _("Paediatrician")
    PAINTER = "painter", _("Painter")
    PARAMEDIC = "paramedic", _("Paramedic")
    PENSIONER = "pensioner", _("Pensioner")
    PHARMACIST = "pharmacist", _("Pharmacist")
    PHILOSOPHER = "philosopher", _("Philosopher")
    PHOTOGRAPHER = "photographer", _("Photographer")
    PHYSICIST = "physicist", _("Physicist")
    PHYSIOTHERAPIST = "physiotherapist", _("Physiotherapist")
    PLAYWRIGHT = "playwright", _("Playwright")
    POET = "poet", _("Poet")
    POLITICAL_SCIENTIST = "political_scientist", _("Political scientist")
    PRODUCER = "producer", _("Producer")
    PSYCHIATRIST = "psychiatrist", _("Psychiatrist")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    PUBLISHER = "publisher", _("Publisher")
    RADIOLOGIST = "radiologist", _("Radiologist")
    SALES_WORKER = "sales_worker", _("Sales worker")
    SCHOLAR = "scholar", _("Scholar")
    SCIENTIST = "scientist", _("Scientist")
    SCREENWRITER = "screenwriter", _("Screenwriter")
    SCULPTOR = "sculptor", _("Sculptor")
    SINGER = "singer", _("Singer")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    SOCIOLOGIST = "sociologist", _("Sociologist")
    SOFTWARE_DEVELOPER = "software_developer", _("Software developer")
    SONGWRITER = "songwriter", _("Songwriter")
    SOUND_DESIGNER = "sound_designer", _("Sound designer")
    STATISTICIAN = "statistician", _("Statistician")
    STUDENT = "student", _("Student")
    SURGEON = "surgeon", _("Surgeon")
    TEACHER = "teacher", _("Teacher")
    THEOLOGIAN = "theologian", _("Theologian")
    TRANSLATOR = "translator", _("Translator")
    VETERINARIAN = "veterinarian", _("Veterinarian")
    VOICE_ACTOR = "voice_actor", _("Voice actor")
    OTHER = "other", _("Another profession")


# `OTHER` is the last of each list.
OFFERED = {
    ProfessionList.CREATIVE: (
        Profession.ACTOR,
        Profession.ANIMATOR,
        Profession.ARCHITECT,
        Profession.AUTHOR,
        Profession.CHOREOGRAPHER,
        Profession.CINEMATOGRAPHER,
        Profession.COMEDIAN,
        Profession.COMPOSER,
        Profession.CRAFTSPERSON,
        Profession.DANCER,
        Profession.DESIGNER,
        Profession.DIRECTOR,
        Profession.EDITOR,
        Profession.FILMMAKER,
        Profession.GAME_DESIGNER,
        Profession.ILLUSTRATOR,
        Profession.JOURNALIST,
        Profession.MUSICIAN,
        Profession.PAINTER,
        Profession.PHOTOGRAPHER,
        Profession.PLAYWRIGHT,
        Profession.POET,
        Profession.PRODUCER,
        Profession.PUBLISHER,
        Profession.SCHOLAR,
        Profession.SCREENWRITER,
        Profession.SCULPTOR,
        Profession.SINGER,
        Profession.SONGWRITER,
        Profession.SOUND_DESIGNER,
        Profession.TRANSLATOR,
        Profession.VOICE_ACTOR,
    ),
    ProfessionList.SCHOLARS: (
        Profession.ANTHROPOLOGIST,
        Profession.ARCHAEOLOGIST,
        Profession.ART_HISTORIAN,
        Profession.BIOLOGIST,
        Profession.CHEMIST,
        Profession.COMPUTER_SCIENTIST,
        Profession.ECONOMIST,
        Profession.ENGINEER,
        Profession.GEOGRAPHER,
        Profession.GEOLOGIST,
        Profession.HISTORIAN,
        Profession.LEGAL_SCHOLAR,
        Profession.LIBRARIAN,
        Profession.LINGUIST,
        Profession.LITERARY_SCHOLAR,
        Profession.MATHEMATICIAN,
        Profession.MEDICAL_RESEARCHER,
        Profession.MUSICOLOGIST,
        Profession.PHILOSOPHER,
        Profession.PHYSICIST,
        Profession.POLITICAL_SCIENTIST,
        Profession.PSYCHOLOGIST,
        Profession.SCHOLAR,
        Profession.SOCIOLOGIST,
        Profession.STATISTICIAN,
        Profession.STUDENT,
        Profession.THEOLOGIAN,
        Profession.TRANSLATOR,
    ),
    ProfessionList.DOCTORS: (
        Profession.ANAESTHETIST,
        Profession.CARDIOLOGIST,
        Profession.DENTIST,
        Profession.DOCTOR,
        Profession.EMERGENCY_PHYSICIAN,
        Profession.GENERAL_PRACTITIONER,
        Profession.GYNAECOLOGIST,
        Profession.INTERNIST,
        Profession.MEDICAL_RESEARCHER,
        Profession.MEDICAL_STUDENT,
        Profession.MIDWIFE,
        Profession.NEUROLOGIST,
        Profession.NURSE,
        Profession.ONCOLOGIST,
        Profession.PAEDIATRICIAN,
        Profession.PARAMEDIC,
        Profession.PHARMACIST,
        Profession.PHYSIOTHERAPIST,
        Profession.PSYCHIATRIST,
        Profession.PSYCHOLOGIST,
        Profession.RADIOLOGIST,
        Profession.SURGEON,
        Profession.VETERINARIAN,
    ),
    ProfessionList.CITIZENS: (
        Profession.ARTIST,
        Profession.BUILDER,
        Profession.CARER,
        Profession.CIVIL_SERVANT,
        Profession.CLERIC,
        Profession.COOK,
        Profession.CRAFTSPERSON,
        Profession.DOCTOR,
        Profession.DRIVER,
        Profession.ENGINEER,
        Profession.ENTREPRENEUR,
        Profession.FARMER,
        Profession.HOMEMAKER,
        Profession.JOBSEEKER,
        Profession.JOURNALIST,
        Profession.LAWYER,
        Profession.NURSE,
        Profession.OFFICE_WORKER,
        Profession.PENSIONER,
        Profession.SALES_WORKER,
        Profession.SCIENTIST,
        Profession.SOCIAL_WORKER,
        Profession.SOFTWARE_DEVELOPER,
        Profession.STUDENT,
        Profession.TEACHER,
    ),
}
