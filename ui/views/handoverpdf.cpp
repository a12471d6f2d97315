// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handoverpdf.h"

#include <QBuffer>
#include <QPageLayout>
#include <QPdfWriter>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextOption>
#include <QTextTable>

namespace bartizan {
namespace {

constexpr double kBodyPoints = 8.0;
constexpr double kTitlePoints = 16.0;
constexpr double kSectionPoints = 11.0;

QTextCharFormat letters(double points, bool bold = false, bool muted = false)
{
    QTextCharFormat format;
    format.setFontPointSize(points);
    format.setFontWeight(bold ? QFont::DemiBold : QFont::Normal);
    format.setForeground(muted ? QColor(0x56, 0x5e, 0x6a) : QColor(Qt::black));
    return format;
}

/// A paragraph of its own at the end of the document.
void addLine(QTextCursor &cursor, const QString &text, const QTextCharFormat &format, double above)
{
    QTextBlockFormat block;
    block.setTopMargin(above);
    cursor.movePosition(QTextCursor::End);
    cursor.insertBlock(block, format);
    cursor.insertText(text, format);
}

void addTable(QTextCursor &cursor, const HandoverSection &section)
{
    QTextTableFormat format;
    format.setHeaderRowCount(1);
    format.setBorder(0.5);
    format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
    format.setBorderBrush(QColor(0xda, 0xdd, 0xe3));
    format.setBorderCollapse(true);
    format.setCellPadding(3);
    format.setCellSpacing(0);
    format.setWidth(QTextLength(QTextLength::PercentageLength, 100));
    cursor.movePosition(QTextCursor::End);
    cursor.insertBlock({}, letters(kBodyPoints));
    QTextTable *table = cursor.insertTable(static_cast<int>(section.lines.size()) + 1,
                                           static_cast<int>(section.header.size()), format);
    const auto fill = [table](int row, const QStringList &cells, const QTextCharFormat &look) {
        for (int column = 0; column < cells.size(); ++column)
            table->cellAt(row, column).firstCursorPosition().insertText(cells.at(column), look);
    };
    fill(0, section.header, letters(kBodyPoints, true));
    for (std::size_t i = 0; i < section.lines.size(); ++i)
        fill(static_cast<int>(i) + 1, section.lines[i].cells, letters(kBodyPoints));
}

} // namespace

std::unique_ptr<QTextDocument> handoverPages(const HandoverDocument &document, const QFont &font)
{
    auto text = std::make_unique<QTextDocument>();
    text->setUndoRedoEnabled(false);
    QFont body = font;
    body.setPointSizeF(kBodyPoints);
    text->setDefaultFont(body);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere); // One long word must not make a column of its own width.
    text->setDefaultTextOption(option);
    QTextCursor cursor(text.get());
    cursor.insertText(document.title, letters(kTitlePoints, true));
    addLine(cursor, document.period, letters(kBodyPoints, false, true), 2);
    for (const HandoverSection &section : document.sections) {
        addLine(cursor, section.title, letters(kSectionPoints, true), 14);
        if (section.lines.empty()) {
            addLine(cursor, section.more.isEmpty() ? section.empty : section.more, letters(kBodyPoints, false, true), 2);
            continue;
        }
        if (!section.note.isEmpty())
            addLine(cursor, section.note, letters(kBodyPoints, false, true), 2);
        addTable(cursor, section);
        if (!section.more.isEmpty())
            addLine(cursor, section.more, letters(kBodyPoints, false, true), 2);
    }
    return text;
}

QByteArray handoverPdf(const HandoverDocument &document, const QFont &font)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(document.title);
        writer.setCreator(QStringLiteral("Bartizan"));
        // print() leaves 2 cm free by itself, with the number of the page below.
        writer.setPageLayout(QPageLayout(QPageSize(QPageSize::A4), QPageLayout::Landscape, QMarginsF()));
        handoverPages(document, font)->print(&writer);
    }
    return buffer.data();
}

} // namespace bartizan
